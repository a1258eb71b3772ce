import type { Identity } from '@/lib/jmap/types';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';

/** Whose outgoing server a sender uses: another account's of the same user, while that one is there. */
export async function sendingAccount(
  own: AccountRecord,
  identity: Pick<Identity, 'gatepost:outgoingAccountId'> | null,
  accounts: Accounts,
): Promise<AccountRecord> {
  const chosen = identity?.['gatepost:outgoingAccountId'];
  if (!chosen) return own;
  return (await accounts.list(own.userId)).find(({ id }) => id === chosen) ?? own;
}
