/** Kysely on Postgres through `pg`; the only door to that library. */
import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { log } from '@/lib/log';

/** Two pools (two schemas) a process; Postgres allows 100 connections by default. */
const MAX_CONNECTIONS = 8;
const INT8 = 20;

/** bigint columns hold epoch milliseconds and counters, far below 2^53: numbers, as SQLite gives them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
};

/** Every unqualified name means `schema`. */
export function postgresDialect(url: string, schema: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    options: `-c search_path=${schema}`,
    types,
  });
  // An idle connection that Postgres closes (restart) is replaced at the next query; unheard it would end the process.
  pool.on('error', (error) => log.warn('database.connection-lost', { message: error.message }));
  return new PostgresDialect({ pool });
}
