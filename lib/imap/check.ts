/** Tries an account's server and password: connect, TLS, greeting, sign in, sign out. */
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { ImapSession } from './session';

/** @throws hostNotFound, addressForbidden, connectionRefused, connectionTimeout, tlsFailed, tlsRequired, AuthenticationError ... */
export async function checkImap(login: ServerLogin, secret: Secret, config: NetConfig): Promise<void> {
  const session = await ImapSession.open(login, secret, config);
  await session.logout();
}
