/** Passwords for other programs: 160 random bits, shown once, kept as a hash. They reach mail only (security.md S22). */
import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import { RequestError } from '@/lib/errors';

type Db = Kysely<MainTables>;

export interface AppPassword {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number | null;
}

const PREFIX = 'gp_';
const MOST = 50;
const USED_REST_MS = 60_000;

/** Random enough that a fast hash keeps it: there is nothing to guess. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** @throws limitExceeded when the user has 50 already */
export async function createAppPassword(
  db: Db,
  userId: string,
  name: string,
): Promise<AppPassword & { password: string }> {
  if ((await listAppPasswords(db, userId)).length >= MOST) {
    throw new RequestError('limitExceeded', 'too many app passwords', { params: { max: MOST } });
  }
  const password = PREFIX + randomBytes(20).toString('hex');
  const row = { id: randomBytes(8).toString('hex'), name, created_at: Date.now(), last_used_at: null };
  await db
    .insertInto('app_password')
    .values({ ...row, user_id: userId, hash: hashOf(password) })
    .execute();
  return { id: row.id, name, createdAt: row.created_at, lastUsedAt: null, password };
}

export async function listAppPasswords(db: Db, userId: string): Promise<AppPassword[]> {
  const rows = await db
    .selectFrom('app_password')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** @throws notFound, also for one of somebody else */
export async function revokeAppPassword(db: Db, userId: string, id: string): Promise<void> {
  const gone = await db
    .deleteFrom('app_password')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw new RequestError('notFound', 'there is no such app password');
}

/** Whose it is; null when there is none such. */
export async function takeAppPassword(
  db: Db,
  secret: string,
): Promise<{ id: string; userId: string } | null> {
  if (!secret.startsWith(PREFIX)) return null;
  const row = await db
    .selectFrom('app_password')
    .selectAll()
    .where('hash', '=', hashOf(secret))
    .executeTakeFirst();
  if (!row) return null;
  const now = Date.now();
  if ((row.last_used_at ?? 0) < now - USED_REST_MS) {
    await db.updateTable('app_password').set({ last_used_at: now }).where('id', '=', row.id).execute();
  }
  return { id: row.id, userId: row.user_id };
}
