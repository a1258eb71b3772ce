/** Keys for rows that are about to be made: cheaper than `returning`, which hands every row back on its own. */
import { sql } from 'kysely';
import type { Sql } from './bulk';

type Keyed = 'email' | 'thread';

/** So many new keys, ascending. The caller holds the write transaction; a key is never given twice. */
export async function newKeys(context: Sql, table: Keyed, count: number): Promise<number[]> {
  if (count === 0) return [];
  return context.dialect === 'sqlite' ? afterLast(context, table, count) : ofSequence(context, table, count);
}

/** AUTOINCREMENT remembers the highest key ever given, those that were inserted with the row included. */
async function afterLast({ db }: Sql, table: Keyed, count: number): Promise<number[]> {
  const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`.execute(
    db,
  );
  const last = rows[0]?.seq ?? 0;
  return Array.from({ length: count }, (_, index) => last + 1 + index);
}

async function ofSequence({ db }: Sql, table: Keyed, count: number): Promise<number[]> {
  const { rows } = await sql<{ key: number }>`
    select nextval(pg_get_serial_sequence(${table}, 'key')) as key from generate_series(1, ${count}::int)`.execute(
    db,
  );
  return rows.map(({ key }) => key);
}
