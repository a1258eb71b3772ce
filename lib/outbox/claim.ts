/** Who works on a row: leases with fencing tokens, so that several nodes never send one row twice (gateway.md 2.10.3). */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import { move, type Row } from './store';

export const LEASE_MS = 90_000;

/** Takes one row whose time has come. @returns null when none is due */
export async function claimDue(db: Kysely<MainTables>, now: number): Promise<Row | null> {
  const due = await db
    .selectFrom('submission')
    .select(['id', 'account_id'])
    .where('next_try_at', '<=', now)
    .where('state', 'in', ['held', 'due'])
    .orderBy('next_try_at')
    .limit(1)
    .executeTakeFirst();
  if (!due) return null;
  return move(
    db,
    due,
    { states: ['held', 'due'] },
    { state: 'connecting', lease_token: randomUUID(), lease_until: now + LEASE_MS },
  );
}

/**
 * Rows whose worker died. Before `data` nothing of the message was sent: tried again. In `data` nobody can know:
 * perhaps sent, the user decides (I2, I3). @returns the rows that were moved
 */
export async function sweepAbandoned(db: Kysely<MainTables>, now: number): Promise<Row[]> {
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
          : { state: 'due', next_try_at: now, lease_token: null },
      ),
    ),
  );
  return moved.filter((row) => row !== null);
}

export async function renewLease(db: Kysely<MainTables>, row: Row, now: number): Promise<void> {
  await db
    .updateTable('submission')
    .set({ lease_until: now + LEASE_MS })
    .where('id', '=', row.id)
    .where('lease_token', '=', row.lease_token)
    .execute();
}

/** Takes one sent message whose copy is to be filed in Sent; the next try is set first, so a crash only repeats it. */
export async function claimFiling(
  db: Kysely<MainTables>,
  now: number,
  nextAt: (row: Row) => number,
): Promise<Row | null> {
  const row = await db
    .selectFrom('submission')
    .selectAll()
    .where('file_at', '<=', now)
    .where('file_at', '>=', 0)
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return (
    (await db
      .updateTable('submission')
      .set({ file_at: nextAt(row) })
      .where('id', '=', row.id)
      .where('file_at', '=', row.file_at)
      .returningAll()
      .executeTakeFirst()) ?? null
  );
}
