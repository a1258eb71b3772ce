/** Tries an account's submission server and password: connect, TLS, greeting, sign in, QUIT. */
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { openSmtp } from './session';

/** @throws hostNotFound, addressForbidden, connectionRefused, connectionTimeout, tlsFailed, tlsRequired, AuthenticationError ... */
export async function checkSmtp(login: ServerLogin, secret: Secret, config: NetConfig): Promise<void> {
  const session = await openSmtp(login, secret, config);
  session.quit();
}
