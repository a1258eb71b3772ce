/**
 * Kysely on libsql. Kysely's own SqliteDriver puts everything on one connection behind one lock: a read inside
 * `transaction(...)` that does not use the transaction's handle would wait for ever, and every read would wait for every
 * write. Here reads have a connection of their own (WAL: they see the last commit), and writes share another in turn.
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { Pace } from '@/lib/pace';
import { Mutex } from './mutex';
import { Checkpoints } from './sqlite-checkpoints';
import { SqliteFile } from './sqlite-file';
import { isSelect } from './sqlite-statement';

/** Another process may hold the write lock this long (a backup, a second node started by mistake). */
const BUSY_TIMEOUT_MS = 5000;
/** Waiting for the write lock inside SQLite would stop the event loop: ask often and wait outside. */
const BUSY_ATTEMPT_MS = 0;
const BUSY_PAUSE_MS = 5;
/** One writes, and others wait for it: a turn of a busy loop would take them many times what a short transaction does. */
const SHORT_MS = 20;

export function sqliteDialect(path: string, durable: boolean): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(path, durable),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

interface Files {
  reader: SqliteFile;
  writer: SqliteFile;
  writing: Mutex;
  checkpoints: Checkpoints;
}

class SqliteDriver implements Driver {
  readonly #path: string;
  readonly #durable: boolean;
  #files: Files | null = null;

  constructor(path: string, durable: boolean) {
    this.#path = path;
    this.#durable = durable;
  }

  async init(): Promise<void> {
    const writer = new SqliteFile(this.#path, this.#durable, BUSY_ATTEMPT_MS);
    const reader = new SqliteFile(this.#path, this.#durable, BUSY_TIMEOUT_MS);
    this.#files = { writer, reader, writing: new Mutex(), checkpoints: new Checkpoints(this.#path) };
  }

  async acquireConnection(): Promise<SqliteConnection> {
    if (this.#files === null) throw new Error('The database is closed');
    return new SqliteConnection(this.#files);
  }

  // `immediate`: a transaction that reads first and writes later could not be promoted beside another writer.
  beginTransaction(connection: SqliteConnection): Promise<void> {
    return connection.begin('begin immediate');
  }

  commitTransaction(connection: SqliteConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    const files = this.#files;
    this.#files = null;
    await files?.checkpoints.close();
    files?.reader.close();
    files?.writer.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #files: Files;
  #release: (() => void) | null = null;
  /** The API is synchronous: SQL, and what its user does between, is broken up. */
  readonly #pace = new Pace();

  constructor(files: Files) {
    this.#files = files;
  }

  async begin(sql: string): Promise<void> {
    const release = await this.#files.writing.lock();
    try {
      await whenFree(() => this.#files.writer.run(sql, []));
    } catch (error) {
      release();
      throw error;
    }
    this.#release = release;
    this.#pace.restart(SHORT_MS);
  }

  /** On failure the lock stays: Kysely rolls back next, and must not meet the transaction of another writer. */
  async commit(): Promise<void> {
    await this.#files.writer.commit();
    this.#files.checkpoints.soon();
    this.#leave();
  }

  async rollback(): Promise<void> {
    try {
      // A full disk has rolled back already (https://sqlite.org/lang_transaction.html, 2.3); "no transaction" would hide why.
      if (this.#files.writer.inTransaction) this.#files.writer.run('rollback', []);
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#release?.();
    this.#release = null;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#release !== null) return this.#run(this.#files.writer, sql, parameters);
    // Also one written as text: behind a write in progress a page would wait for its whole transaction.
    if (isSelect(sql)) return this.#run(this.#files.reader, sql, parameters);
    const release = await this.#files.writing.lock();
    try {
      return await whenFree(() => this.#run<R>(this.#files.writer, sql, parameters));
    } finally {
      this.#files.checkpoints.soon();
      release();
    }
  }

  // libsql cannot iterate; nothing in Gatepost streams rows.
  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Rows are not streamed');
  }

  async #run<R>(file: SqliteFile, sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    const { rows, changes, lastInsertRowid } = file.run(sql, parameters);
    await this.#pace.turn();
    return {
      rows: rows as R[],
      numAffectedRows: BigInt(changes),
      ...(lastInsertRowid === null ? {} : { insertId: BigInt(lastInsertRowid) }),
    };
  }
}

async function whenFree<T>(work: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
    }
    await pause(BUSY_PAUSE_MS);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
