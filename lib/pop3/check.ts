/** The connection doctor's view of a POP3 server: connect, TLS, sign in, sign out. */
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Pop3Client } from '@/lib/pop3/client';
import type { ConnectOptions } from '@/lib/pop3/connection';

/** @throws MailError of the step that failed */
export async function checkPop3(
  login: ServerLogin,
  secret: Secret,
  config: NetConfig,
  options: ConnectOptions = {},
): Promise<void> {
  const client = await Pop3Client.connect(login, config, options);
  try {
    await client.signIn(login.user, secret);
    await client.quit();
  } finally {
    client.close();
  }
}
