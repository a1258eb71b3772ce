/** One connection to a SQLite file through libsql's synchronous API; the only door to that library. */
import Libsql from 'libsql';
import Threaded from 'libsql/promise';
import { type SqliteResult, SqliteStatement } from './sqlite-statement';
import { type SqliteValue, toSqliteValue } from './sqlite-value';

/** Compiled statements kept; Gatepost's own SQL has a few hundred shapes, and compiling costs as much as running. */
const MAX_STATEMENTS = 500;

export class SqliteFile {
  readonly #database: Libsql.Database;
  readonly #statements = new Map<string, SqliteStatement>();

  /**
   * `durable`: every commit is on the disk before it returns (FULL); otherwise a power cut may undo the last ones.
   * `busyTimeout`: how long a statement stands still, and the process with it, while another connection has the lock.
   */
  constructor(path: string, durable: boolean, busyTimeout: number) {
    this.#database = new Libsql(path);
    for (const pragma of [
      // Two processes that make the file at once: the second waits.
      'busy_timeout=5000',
      'journal_mode=WAL',
      `synchronous=${durable ? 'FULL' : 'NORMAL'}`,
      // Within a commit only when those beside it (Checkpoints) do not keep up: 32 MB.
      'wal_autocheckpoint=8000',
      // 16 MB; with SQLite's own 2 MB a writer reads pages of large indexes again and again.
      'cache_size=-16384',
      'foreign_keys=ON',
      `busy_timeout=${busyTimeout}`,
    ]) {
      this.#database.pragma(pragma);
    }
  }

  run(sql: string, parameters: readonly unknown[]): SqliteResult {
    const values: SqliteValue[] = parameters.map(toSqliteValue);
    return this.#statement(sql).run(values);
  }

  /** On a thread of libsql's: of a durable file it waits for the disk. Nothing else may use the connection meanwhile. */
  async commit(): Promise<void> {
    // The handle is the same in both of libsql's classes, and this one has the faster statements.
    await Threaded.prototype.exec.call(this.#database, 'commit');
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = new SqliteStatement(this.#database, sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MAX_STATEMENTS) {
      const oldest = this.#statements.keys().next();
      if (!oldest.done) this.#statements.delete(oldest.value);
    }
    return statement;
  }
}
