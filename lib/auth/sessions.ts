/** Sessions are rows, so that one can be seen and ended (security.md S21). */
import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import type { SessionTable } from '@/lib/db/tables/control';
import { RequestError } from '@/lib/errors';
import { ABSOLUTE_MS, IDLE_MS } from './token';

type Db = Kysely<MainTables>;
export type Session = Selectable<SessionTable>;

export const MAX_USER_AGENT = 300;
/** `lastSeenAt` is written at most this often. */
const SEEN_REST_MS = 60_000;
/** How long a typed password counts for changes that ask for it (security.md S22). */
export const CONFIRMED_MS = 5 * 60_000;

/** A new id at every sign-in. */
export async function createSession(
  db: Db,
  account: { id: string; userId: string },
  userAgent: string,
): Promise<string> {
  const now = Date.now();
  const id = randomBytes(20).toString('base64url');
  await db
    .insertInto('session')
    .values({
      id,
      user_id: account.userId,
      account_id: account.id,
      created_at: now,
      last_seen_at: now,
      confirmed_at: now,
      user_agent: userAgent.slice(0, MAX_USER_AGENT),
    })
    .execute();
  return id;
}

/** null when it was ended, was idle for 30 days or is 90 days old. */
export async function liveSession(db: Db, id: string): Promise<(Session & { address: string }) | null> {
  const now = Date.now();
  const session = await db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .selectAll('session')
    .select('account.address')
    .where('session.id', '=', id)
    .where('session.last_seen_at', '>', now - IDLE_MS)
    .where('session.created_at', '>', now - ABSOLUTE_MS)
    .executeTakeFirst();
  if (!session) return null;
  if (session.last_seen_at < now - SEEN_REST_MS) {
    await db.updateTable('session').set({ last_seen_at: now }).where('id', '=', id).execute();
  }
  return session;
}

/** The latest first; expired ones are removed on the way. */
export async function listSessions(db: Db, userId: string): Promise<Session[]> {
  const now = Date.now();
  await db
    .deleteFrom('session')
    .where((or) =>
      or.or([or('last_seen_at', '<=', now - IDLE_MS), or('created_at', '<=', now - ABSOLUTE_MS)]),
    )
    .execute();
  return db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .execute();
}

/** @throws notFound, also for the session of somebody else */
export async function endSession(db: Db, userId: string, id: string): Promise<void> {
  const ended = await db
    .deleteFrom('session')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (ended.numDeletedRows === 0n) throw new RequestError('notFound', 'there is no such session');
}

export async function endSessions(db: Db, userId: string, keep: string | null): Promise<void> {
  await db
    .deleteFrom('session')
    .where('user_id', '=', userId)
    .where('id', '!=', keep ?? '')
    .execute();
}

export async function confirmSession(db: Db, id: string): Promise<void> {
  await db.updateTable('session').set({ confirmed_at: Date.now() }).where('id', '=', id).execute();
}
