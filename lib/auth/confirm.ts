/** Typing the password again before what a thief of the session must not do (security.md S22). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { secretOf } from '@/lib/account/records';
import { AuthenticationError, RequestError } from '@/lib/errors';
import type { Control } from './control';
import { enterAttempt } from './rate-limit';
import { confirmSession } from './sessions';

/** The stored password was judged by the mail server: being equal to it is enough. @throws wrongPassword, rateLimit */
export async function confirmPassword(
  on: Control,
  sessionId: string,
  password: string,
  client: string,
): Promise<void> {
  const { db, config } = on;
  const session = await db
    .selectFrom('session')
    .select('account_id')
    .where('id', '=', sessionId)
    .executeTakeFirst();
  if (!session) throw new RequestError('notSignedIn', 'there is no session');
  const attempt = await enterAttempt(db, config, {
    login: session.account_id,
    // Not one for all: whoever fails here must not keep others from theirs.
    host: `confirm ${session.account_id}`,
    address: client,
  });
  const stored = await secretOf(db, config, session.account_id);
  if (!timingSafeEqual(digest(stored.password), digest(password))) {
    throw new AuthenticationError('wrongPassword', 'not the password of this account');
  }
  await attempt.succeeded();
  await confirmSession(db, sessionId);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
