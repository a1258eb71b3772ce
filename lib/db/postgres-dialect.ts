/** Postgres through `pg`: Kysely on it, and listening to what others say there. The only door to that library. */
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

const RETRY_MS = 1_000;

/** A connection of its own that LISTENs, and comes back by itself. What was said while it was away is not told. */
export class PostgresListener {
  #client: pg.Client | null = null;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    readonly url: string,
    readonly channel: string,
    readonly onNotice: (payload: string) => void,
  ) {}

  /** Resolves when it listens for the first time, or will try again. */
  async start(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, keepAlive: true });
    this.#client = client;
    client.on('notification', ({ payload }) => payload !== undefined && this.onNotice(payload));
    client.on('error', (error) => log.warn('database.listener-lost', { message: error.message }));
    client.on('end', () => this.#again(client));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(this.channel)}`);
    } catch (error) {
      log.warn('database.listener-lost', { message: error instanceof Error ? error.message : String(error) });
      this.#again(client);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#client?.end();
  }

  #again(client: pg.Client): void {
    if (this.#stopped || this.#client !== client) return;
    this.#client = null;
    this.#retry = setTimeout(() => void this.start(), RETRY_MS * (0.5 + Math.random())).unref();
  }
}
