/** The connection doctor's view of a POP3 server: connect, TLS, sign in, sign out. */
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Pop3Client } from '@/lib/pop3/client';
import type { SignInMethod } from '@/lib/pop3/sign-in';

/** @throws MailError of the step that failed */
export async function checkPop3(
  login: ServerLogin,
  secret: Secret,
  config: NetConfig,
  method: SignInMethod = 'auto',
): Promise<void> {
  const client = await Pop3Client.connect(login, config);
  try {
    await client.signIn(login.user, secret, method);
    await client.quit();
  } finally {
    client.close();
  }
}
