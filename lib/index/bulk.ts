/** Many rows in one statement, portable. Written as text: Kysely's builder costs more than the database for 500 rows. */
import { CompiledQuery, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DialectName } from '@/lib/db/migration';
import type { IndexTables } from '@/lib/db/tables/index';
import { slices } from './collect';

export type Value = string | number | null;

/** Postgres allows 65,535 parameters. */
const MAX_PARAMETERS = 2000;
/**
 * Rows of one statement on SQLite. Statements are kept compiled there, and compiling one costs as much as running it: any
 * number of rows is made of powers of two, so that a table has seven shapes; more rows at once gain nothing.
 */
const MAX_SQLITE_ROWS = 64;

export interface Sql {
  db: Kysely<IndexTables>;
  dialect: DialectName;
}

/** `suffix`: `on conflict ...`. */
export async function insertRows(
  { db, dialect }: Sql,
  table: string,
  columns: string[],
  rows: Value[][],
  suffix = '',
): Promise<void> {
  // Keys that Postgres generates may come with the row (keys.ts).
  const values = dialect === 'postgres' ? 'overriding system value values' : 'values';
  const into = `insert into ${table} (${columns.join(', ')}) ${values}`;
  for (const chunk of chunks(dialect, rows, columns.length)) {
    // The same string each time: its hash is known, and nothing is put together again.
    const text = once(`${into} ${chunk.length} ${suffix}`, () => {
      return `${into} ${tuples(dialect, chunk.length, columns.length)} ${suffix}`;
    });
    await db.executeQuery(CompiledQuery.raw(text, flat(chunk)));
  }
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

function chunks(dialect: DialectName, rows: Value[][], width: number): Value[][][] {
  if (dialect === 'postgres') return slices(rows, Math.floor(MAX_PARAMETERS / width));
  const result: Value[][][] = [];
  for (let at = 0, size = MAX_SQLITE_ROWS; at < rows.length; at += size) {
    while (size > rows.length - at) size /= 2;
    result.push(rows.slice(at, at + size));
  }
  return result;
}

/** `Array.prototype.flat` takes five times as long. */
function flat(rows: Value[][]): Value[] {
  const values: Value[] = [];
  for (const row of rows) for (const value of row) values.push(value);
  return values;
}

/** Texts that are asked for over and over. */
const remembered = new Map<string, string>();
const MAX_REMEMBERED = 500;

function once(key: string, make: () => string): string {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const text = make();
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, text);
  return text;
}

function tuples(dialect: DialectName, count: number, width: number, types: string[] = []): string {
  const key = `${dialect} ${count} ${width} ${types.join()}`;
  return once(key, () => tupleTexts(dialect, count, width, types));
}

function tupleTexts(dialect: DialectName, count: number, width: number, types: string[]): string {
  let parameter = 0;
  const tuple = () => {
    const values = Array.from({ length: width }, (_, column) => {
      parameter += 1;
      const placeholder = dialect === 'sqlite' ? '?' : `$${parameter}`;
      return types.length > 0 ? `cast(${placeholder} as ${types[column]})` : placeholder;
    });
    return `(${values.join(', ')})`;
  };
  return Array.from({ length: count }, tuple).join(', ');
}
