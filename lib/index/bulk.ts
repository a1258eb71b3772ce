/** Many rows at a time, portable; insertRows is in lib/db. */
import { CompiledQuery, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { chunks, flat, tuples, type Value } from '@/lib/db/insert-rows';
import type { DialectName } from '@/lib/db/migration';
import type { IndexTables } from '@/lib/db/tables/index';

export interface Sql {
  db: Kysely<IndexTables>;
  dialect: DialectName;
}

/** Sets `columns` in the rows whose `key` is the first value of a tuple, and that have the values of `where`. */
export async function updateRows(
  { db, dialect }: Sql,
  table: string,
  key: string,
  columns: Record<string, 'bigint' | 'text'>,
  rows: Value[][],
  where: Record<string, number> = {},
): Promise<void> {
  const also = Object.entries(where).map(([name, value]) => ` and ${table}.${name} = ${value}`);
  const types = ['bigint', ...Object.values(columns)];
  const set = Object.keys(columns).map((name, index) => `${name} = v.column${index + 2}`);
  for (const chunk of chunks(dialect, rows, types.length)) {
    const values = tuples(dialect, chunk.length, types.length, types);
    const text = `update ${table} set ${set.join(', ')} from (values ${values}) as v where ${table}.${key} = v.column1${also.join('')}`;
    await db.executeQuery(CompiledQuery.raw(text, flat(chunk)));
  }
}

/** `column` is one of `values`, as one parameter: a statement of one shape, whatever their number. */
export function isOneOf(
  dialect: DialectName,
  column: string,
  values: readonly (string | number)[],
): RawBuilder<SqlBool> {
  const reference = sql.ref(column);
  // Postgres cannot tell the type of nothing.
  if (values.length === 0) return sql<SqlBool>`(1 = 0)`;
  if (dialect === 'sqlite') {
    return sql<SqlBool>`${reference} in (select value from json_each(${JSON.stringify(values)}))`;
  }
  const type = sql.raw(typeof values[0] === 'string' ? 'text' : 'bigint');
  return sql<SqlBool>`${reference} = any(${values}::${type}[])`;
}
