/** Who works on a row: leases with fencing tokens, so that several nodes never send one row twice (gateway.md 2.10.3). */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { readSharedNow } from '@/lib/db/shared-clock';
import type { MainTables } from '@/lib/db/tables';
import type { Id } from '@/lib/jmap/types';
import { move, type Row } from './store';

export const LEASE_MS = 45_000;
/** `file_at` of a copy to be filed at once, whatever the clocks of the nodes say. */
export const TO_FILE = 0;

/** What a worker can take on beside what it has. */
export interface Room {
  /** Accounts that have their share. */
  busy: Id[];
  bytes: number;
}

/** Takes one row whose time has come. @returns null when none is due */
export async function claimDue(db: Kysely<MainTables>, now: number, room: Room): Promise<Row | null> {
  let query = db
    .selectFrom('submission')
    .select(['id', 'account_id'])
    .where('next_try_at', '<=', now)
    .where('state', 'in', ['held', 'due'])
    .where('size', '<=', room.bytes)
    .orderBy('next_try_at')
    .limit(1);
  if (room.busy.length > 0) query = query.where('account_id', 'not in', room.busy);
  const due = await query.executeTakeFirst();
  if (!due) return null;
  return move(
    db,
    due,
    { states: ['held', 'due'] },
    { state: 'connecting', lease_token: randomUUID(), lease_until: (await readSharedNow(db)) + LEASE_MS },
  );
}

/** When the next row of an account that is not `busy` is due, epoch ms; null: none waits. */
export async function nextDueAt(db: Kysely<MainTables>, busy: Id[]): Promise<number | null> {
  let query = db
    .selectFrom('submission')
    .select((eb) => eb.fn.min('next_try_at').as('at'))
    .where('state', 'in', ['held', 'due']);
  if (busy.length > 0) query = query.where('account_id', 'not in', busy);
  return (await query.executeTakeFirst())?.at ?? null;
}

/**
 * Rows whose worker died. Before `data` nothing of the message was sent: tried again. In `data` nobody can know:
 * perhaps sent, the user decides (I2, I3). @returns the rows that were moved
 */
export async function sweepAbandoned(db: Kysely<MainTables>): Promise<Row[]> {
  const now = await readSharedNow(db);
  const abandoned = await db
    .selectFrom('submission')
    .selectAll()
    .where('state', 'in', ['connecting', 'data'])
    .where('lease_until', '<', now)
    .execute();
  const moved = await Promise.all(
    abandoned.map((row) =>
      move(
        db,
        row,
        { states: [row.state], leaseToken: row.lease_token ?? '' },
        row.state === 'data'
          ? { state: 'uncertain', code: 'connectionLost', next_try_at: null, lease_token: null }
          : { state: 'due', next_try_at: Date.now(), lease_token: null },
      ),
    ),
  );
  return moved.filter((row) => row !== null);
}

export async function renewLease(db: Kysely<MainTables>, row: Row): Promise<void> {
  await db
    .updateTable('submission')
    .set({ lease_until: (await readSharedNow(db)) + LEASE_MS })
    .where('id', '=', row.id)
    .where('lease_token', '=', row.lease_token)
    .execute();
}

/** While the copy is being filed: nobody else takes it. @returns false when somebody has */
export async function renewFiling(
  db: Kysely<MainTables>,
  id: Id,
  from: number | null,
  to: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('submission')
    .set({ file_at: to })
    .where('id', '=', id)
    .where('file_at', '=', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Takes one sent message whose copy is to be filed in Sent; the next try is set first, so a crash only repeats it. */
export async function claimFiling(
  db: Kysely<MainTables>,
  now: number,
  nextAt: number,
  busy: Id[],
): Promise<Row | null> {
  let query = db
    .selectFrom('submission')
    .selectAll()
    .where('file_at', '<=', now)
    .where('file_at', '>=', 0)
    .orderBy('file_at')
    .limit(1);
  if (busy.length > 0) query = query.where('account_id', 'not in', busy);
  const row = await query.executeTakeFirst();
  if (!row) return null;
  return (
    (await db
      .updateTable('submission')
      .set({ file_at: nextAt })
      .where('id', '=', row.id)
      .where('file_at', '=', row.file_at)
      .returningAll()
      .executeTakeFirst()) ?? null
  );
}
