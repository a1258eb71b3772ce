/** One connection to a SQLite file through libsql's synchronous API; the only door to that library. */
import Libsql from 'libsql';
import { fromSqliteRow, type SqliteValue, toSqliteValue } from './sqlite-value';

/** Compiled statements kept; Gatepost's own SQL has a few hundred shapes, and compiling costs as much as running. */
const MAX_STATEMENTS = 500;

export interface SqliteResult {
  rows: Record<string, unknown>[];
  changes: number;
  lastInsertRowid: number | bigint | null;
}

export class SqliteFile {
  readonly #database: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<unknown[]>>();

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
      'foreign_keys=ON',
      `busy_timeout=${busyTimeout}`,
    ]) {
      this.#database.pragma(pragma);
    }
  }

  run(sql: string, parameters: readonly unknown[]): SqliteResult {
    const values: SqliteValue[] = parameters.map(toSqliteValue);
    const statement = this.#statement(sql);
    // An array, never spread arguments: a lone object argument aborts the process.
    if (statement.reader) {
      return { rows: statement.all(values).map(fromSqliteRow), changes: 0, lastInsertRowid: null };
    }
    const { changes, lastInsertRowid } = statement.run(values);
    return { rows: [], changes, lastInsertRowid };
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): Libsql.Statement<unknown[]> {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare<unknown[]>(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MAX_STATEMENTS) {
      const oldest = this.#statements.keys().next();
      if (!oldest.done) this.#statements.delete(oldest.value);
    }
    return statement;
  }
}
