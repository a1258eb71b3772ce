import type { Identity } from '@/lib/jmap/types';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';
import type { SenderServers } from './sender-servers';

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

/** The server that its mail really goes out by, and who signs in there. */
export async function sendingServer(
  own: AccountRecord,
  identity: Pick<Identity, 'id' | 'email' | 'gatepost:outgoingAccountId'>,
  { accounts, senderServers }: { accounts: Accounts; senderServers: SenderServers },
): Promise<Pick<AccountRecord, 'outgoing' | 'address'>> {
  const outgoing = (await senderServers.list(own.id)).get(identity.id);
  if (!outgoing) return sendingAccount(own, identity, accounts);
  return { outgoing, address: outgoing.user.includes('@') ? outgoing.user : identity.email };
}
