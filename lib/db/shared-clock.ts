/**
 * The clock that all processes of a database go by: those of nodes differ, and who measured a lease by its own could take it
 * from one that lives. On Postgres its own; SQLite is of one machine.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { dialectOf } from './dialect-of';

/** Epoch ms, for use in a statement. Not the start of the transaction, which may have waited. */
export function sharedNow<Tables>(db: Kysely<Tables>): RawBuilder<number> {
  if (dialectOf(db) === 'sqlite') return sql<number>`${Date.now()}`;
  return sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
}

export async function readSharedNow<Tables>(db: Kysely<Tables>): Promise<number> {
  if (dialectOf(db) === 'sqlite') return Date.now();
  const { rows } = await sql<{ now: number }>`select ${sharedNow(db)} as now`.execute(db);
  return rows[0]?.now ?? Date.now();
}
