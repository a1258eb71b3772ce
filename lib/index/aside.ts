/**
 * A thread for questions that take SQLite long, as its API is synchronous: sorting a mailbox of 100,000 would stop everybody's
 * requests for half a second. It has a connection of its own to the file of the index. On Postgres the database is such a
 * thread already. Writing what a filling reads is not done here: it ends sooner, but pages wait longer meanwhile (docs/architecture.md).
 */
import { Worker } from 'node:worker_threads';
import { type TaskError, THREAD_OPTIONS, ThreadBroken, ThreadPool } from '@/lib/thread-pool';

export interface AsideTasks {
  select(sql: string, parameters: readonly unknown[]): Promise<unknown[]>;
}

export interface AsideData {
  /** The SQLite file. */
  path: string;
}

/** Only a disk that hangs takes so long. */
const TIMEOUT_MS = 60_000;
const MAX_WAITING = 1_000;
const HEAP_MB = 512;

export class Aside {
  readonly #thread: ThreadPool<AsideTasks>;

  /** @param path the SQLite file */
  constructor(path: string) {
    this.#thread = new ThreadPool<AsideTasks>({
      start: () =>
        new Worker(new URL('./aside-worker.ts', import.meta.url), {
          ...THREAD_OPTIONS,
          // An object: the bundler adds to it what its own runtime wants.
          workerData: { path } satisfies AsideData,
          resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
        }),
      size: 1,
      timeoutMs: TIMEOUT_MS,
      maxWaiting: MAX_WAITING,
      broken: (message, cause) => new ThreadBroken(message, { cause }),
      failed,
    });
  }

  /** The rows, of what was committed last. @throws ThreadBroken: then it may be asked here */
  select(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    return this.#thread.run('select', sql, parameters);
  }

  /** Before the database is closed. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

function failed({ code, message, stack }: TaskError): Error {
  return Object.assign(new Error(message), { stack, ...(code === null ? {} : { code }) });
}
