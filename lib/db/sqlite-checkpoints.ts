/**
 * Moves what was committed from the write-ahead log into the database file, on a thread of libsql's own: SQLite would do
 * it within some commit, and the whole process would stand still while the disk is waited for.
 */
import Libsql from 'libsql/promise';
import { errorFields, log } from '@/lib/log';

/** Pages that are written again and again meanwhile are moved once. */
const REST_MS = 1_000;

interface Connection {
  exec(sql: string): Promise<void>;
  close(): void;
}

export class Checkpoints {
  readonly #path: string;
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Something was committed. */
  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#running = this.#run().finally(() => {
        this.#timer = null;
      });
    }, REST_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    this.#connection?.close();
  }

  async #run(): Promise<void> {
    try {
      this.#connection ??= new Libsql(this.#path, {});
      // PASSIVE stops neither readers nor the writer, and does what it can beside them.
      await this.#connection.exec('pragma wal_checkpoint(passive)');
    } catch (error) {
      // SQLite makes one itself when the log is long.
      log.warn('database.checkpoint', errorFields(error));
    }
  }
}
