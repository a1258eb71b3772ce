/**
 * Many rows in one statement, on both databases. Written as text: Kysely's builder costs more than the database for 500
 * rows.
 */
import { CompiledQuery, type QueryResult } from 'kysely';
import { dialectOf, type WithAdapter } from './dialect-of';
import type { DialectName } from './migration';

export type Value = string | number | Buffer | null;

/** A handle of any tables, or a transaction. */
export interface Executor extends WithAdapter {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

/** Postgres allows 65,535 parameters. */
const MAX_PARAMETERS = 2000;
/**
 * Rows of one statement on SQLite. Statements are kept compiled there, and compiling one costs as much as running it: any
 * number of rows is made of powers of two, so that a table has seven shapes; more rows at once gain nothing.
 */
const MAX_SQLITE_ROWS = 64;

/** `suffix`: `on conflict ...`. */
export async function insertRows(
  db: Executor,
  table: string,
  columns: readonly string[],
  rows: Value[][],
  suffix = '',
): Promise<void> {
  const dialect = dialectOf(db);
  // Keys that Postgres generates may come with the row (lib/index/keys.ts).
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

export function chunks(dialect: DialectName, rows: Value[][], width: number): Value[][][] {
  const most = dialect === 'postgres' ? Math.floor(MAX_PARAMETERS / width) : MAX_SQLITE_ROWS;
  const result: Value[][][] = [];
  for (let at = 0, size = most; at < rows.length; at += size) {
    if (dialect === 'sqlite') while (size > rows.length - at) size /= 2;
    result.push(rows.slice(at, at + size));
  }
  return result;
}

/** `Array.prototype.flat` takes five times as long. */
export function flat(rows: Value[][]): Value[] {
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

/** `(?, ?), (?, ?)`; with `types` each value is cast. */
export function tuples(
  dialect: DialectName,
  count: number,
  width: number,
  types: readonly string[] = [],
): string {
  const key = `${dialect} ${count} ${width} ${types.join()}`;
  return once(key, () => tupleTexts(dialect, count, width, types));
}

function tupleTexts(dialect: DialectName, count: number, width: number, types: readonly string[]): string {
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
