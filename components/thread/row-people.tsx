'use client';
import { useTranslations } from 'use-intl';
import { useAccounts } from '@/lib/client/hooks';
import { firstName, people, type Row, shortName } from '@/lib/client/row';

/** `Anna, me 4`: who wrote in the conversation, and how often; in Sent and Drafts to whom. */
export function RowPeople({ row, to }: { row: Row; to: boolean }) {
  const t = useTranslations('mail');
  const own = new Set(useAccounts().map(({ name }) => name.toLowerCase()));
  const all = people(row.thread, to ? 'to' : 'from');
  const word = (address: (typeof all)[number]) => {
    if (!to && own.has(address.email.toLowerCase())) return t('me');
    return all.length > 1 ? firstName(address) : shortName(address);
  };
  const names = all.map(word).join(', ') || t(to ? 'noRecipient' : 'noSender');
  return (
    <>
      {/* A number behind a name that is read from the right would stand before it. */}
      <bdi className={row.unread ? 'font-semibold text-text' : 'text-text-2'}>
        {to ? t('to', { names }) : names}
      </bdi>
      {row.thread.length > 1 && <span className="ms-1 text-text-3">{row.thread.length}</span>}
    </>
  );
}
