/**
 * A thread for what takes SQLite long, as its API is synchronous: writing what a filling reads, where the words of a large mailbox
 * are a quarter of the work, and sorting such a mailbox. It has a connection of its own to the file of the index, and takes its
 * turn among the writes. On Postgres the database is such a thread already.
 */
import { Worker } from 'node:worker_threads';
import type { SharedFile } from '@/lib/db/database';
import { RequestError } from '@/lib/errors';
import type { Id, State, TypeName } from '@/lib/jmap/types';
import { type TaskError, THREAD_OPTIONS, ThreadBroken, ThreadPool } from '@/lib/thread-pool';
import type { NewEmail } from './types';

/** What a filling has read of a mailbox, and down to which UID. */
export interface Filled {
  mailboxId: Id;
  emails: NewEmail[];
  filledDownTo: number;
}

/** What a write changed. */
export interface Written {
  types: TypeName[];
  state: State;
}

export interface AsideTasks {
  fill(path: string, accountId: Id, filled: Filled): Promise<Written | null>;
  addPreviews(path: string, accountId: Id, previews: ReadonlyMap<Id, string>): Promise<Written | null>;
  select(path: string, sql: string, parameters: readonly unknown[]): Promise<unknown[]>;
}

/** Only a disk that hangs takes so long. */
const TIMEOUT_MS = 5 * 60_000;
const MAX_WAITING = 1_000;
const HEAP_MB = 512;

export class Aside {
  readonly #file: SharedFile;
  readonly #thread = new ThreadPool<AsideTasks>({
    start: () =>
      new Worker(new URL('./aside-worker.ts', import.meta.url), {
        ...THREAD_OPTIONS,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      }),
    size: 1,
    timeoutMs: TIMEOUT_MS,
    maxWaiting: MAX_WAITING,
    broken: (message, cause) => new ThreadBroken(message, { cause }),
    failed,
  });

  constructor(file: SharedFile) {
    this.#file = file;
  }

  /** @returns null when nothing changed. @throws ThreadBroken: then it may be done again here; notFound */
  fill(accountId: Id, filled: Filled): Promise<Written | null> {
    return this.#inTurn(() => this.#thread.run('fill', this.#file.path, accountId, filled));
  }

  /** @throws ThreadBroken: then it may be done again here */
  addPreviews(accountId: Id, previews: ReadonlyMap<Id, string>): Promise<Written | null> {
    return this.#inTurn(() => this.#thread.run('addPreviews', this.#file.path, accountId, previews));
  }

  /** What was committed last. @throws ThreadBroken: then it may be asked here */
  select(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    return this.#thread.run('select', this.#file.path, sql, parameters);
  }

  /** Before the database is closed. What is being written is finished. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#thread.close());
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#file.writing.lock();
    try {
      return await work();
    } finally {
      release();
    }
  }
}

function failed({ code, message, stack }: TaskError): Error {
  if (code === 'notFound') return new RequestError(code, message);
  return Object.assign(new Error(message), { stack, ...(code === null ? {} : { code }) });
}
