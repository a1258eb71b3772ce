/** An account as the control plane shows it: never a password. */
import type { AccountRecord } from '@/lib/account/record';
import { isSignIn } from '@/lib/account/records';
import { runtime } from '@/lib/account/runtime';

export async function accountView(record: AccountRecord) {
  const { accounts, databases } = await runtime();
  const { id, address, name, kind, position, incoming, outgoing, settings } = record;
  const status = accounts.opened(id)?.status();
  return {
    id,
    address,
    name,
    kind,
    position,
    signIn: await isSignIn(databases.main, id),
    state: {
      // One that is not open has no connection to tell of.
      connection: status?.connection ?? (kind === 'imap' ? 'connecting' : 'ready'),
      since: status?.since ? new Date(status.since).toISOString() : null,
      code: status?.error?.code ?? null,
      serverText: status?.error?.serverText ?? null,
    },
    incoming,
    outgoing,
    settings,
  };
}
