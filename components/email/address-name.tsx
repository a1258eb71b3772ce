/** A person as the mail names them, with the address beside it: names are free to lie (S30). Nothing is decoded inside an address. */
import type { EmailAddress } from '@/lib/jmap/types';

export function AddressName({ address, strong }: { address: EmailAddress; strong?: boolean }) {
  const name = address.name?.trim();
  if (!name || name.toLowerCase() === address.email.toLowerCase()) {
    return <span className={strong ? 'font-semibold' : undefined}>{address.email}</span>;
  }
  return (
    <>
      <bdi className={strong ? 'font-semibold' : undefined}>{name}</bdi>{' '}
      <span className={strong ? 'text-text-3 max-md:block max-md:truncate max-md:text-row' : 'text-text-3'}>
        {address.email}
      </span>
    </>
  );
}
