/** What was destroyed, kept 31 days and at most 200,000 an account, so that clients can be told (gateway.md 2.3). */

import type { Kysely } from 'kysely';
import { insertRows } from '@/lib/db/insert-rows';
import type { IndexTables } from '@/lib/db/tables/index';
import type { Batch } from './batch';

const DAYS = 31;
const MAX_TOMBSTONES = 200_000;
/** Looked after once in so many. */
export const PRUNE_EVERY = 1000;

export interface Destroyed {
  id: string;
  createdAt: number;
  /** Of an Email. */
  thread: number | null;
}

/** A second death of one id keeps the older birth: the client may know it from then. */
export async function bury(
  batch: Batch,
  type: 'Mailbox' | 'Email' | 'Thread',
  destroyed: Destroyed[],
): Promise<void> {
  const now = Date.now();
  batch.destroyed += destroyed.length;
  await insertRows(
    batch.db,
    'tombstone',
    ['account', 'type', 'id', 'thread', 'created_at', 'destroyed_at', 'time'],
    destroyed.map(({ id, createdAt, thread }) => [
      batch.account,
      type,
      id,
      thread,
      createdAt,
      batch.next(type),
      now,
    ]),
    'on conflict (account, type, id) do update set thread = excluded.thread, destroyed_at = excluded.destroyed_at, time = excluded.time',
  );
}

export async function pruneTombstones(
  db: Kysely<IndexTables>,
  account: number,
  keep = MAX_TOMBSTONES,
): Promise<void> {
  const old = await db
    .selectFrom('tombstone')
    .select((eb) => eb.fn.max('destroyed_at').as('last'))
    .where('account', '=', account)
    .where('time', '<', Date.now() - DAYS * 86_400_000)
    .executeTakeFirst();
  const many = await db
    .selectFrom('tombstone')
    .select('destroyed_at as last')
    .where('account', '=', account)
    .orderBy('destroyed_at', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  const forgotten = Math.max(old?.last ?? 0, many?.last ?? 0);
  if (forgotten === 0) return;
  await db
    .deleteFrom('tombstone')
    .where('account', '=', account)
    .where('destroyed_at', '<=', forgotten)
    .execute();
  await db.updateTable('index_account').set({ forgotten }).where('key', '=', account).execute();
}
