/** How full an account is (RFC 9425). The mail server knows, and tells only who asks. */
import type { Client } from '@/lib/client/client';
import { type Id, QUOTA, type Quota } from '@/lib/jmap/types';

export interface Storage {
  used: number;
  limit: number;
}

/** The fullest of what is limited in bytes; null where nothing is. */
export async function storageOf(
  { store, transport }: Pick<Client, 'store' | 'transport'>,
  accountId: Id,
): Promise<Storage | null> {
  if (!store.session.accounts[accountId]?.accountCapabilities[QUOTA]) return null;
  const answers = await transport.call([['Quota/get', { accountId, ids: null }, 'quotas']]);
  return fullest(answers.of<{ list: Quota[] }>('quotas').list);
}

export function fullest(quotas: readonly Quota[]): Storage | null {
  const [first] = quotas
    .filter(({ resourceType, hardLimit }) => resourceType === 'octets' && hardLimit > 0)
    .map(({ used, hardLimit }) => ({ used, limit: hardLimit }))
    .toSorted((a, b) => share(b) - share(a));
  return first ?? null;
}

export const share = ({ used, limit }: Storage): number => used / limit;
