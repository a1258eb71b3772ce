/**
 * Threads for work that would stop the event loop, or that may break down: each takes one piece of work at a time. Next bundles
 * the entry of a thread by the form `new Worker(new URL('./entry.ts', import.meta.url))`, so whoever has an entry starts it;
 * outside Next (tests, scripts) thread-loader.mjs makes it take TypeScript.
 */
import type { Worker, WorkerOptions } from 'node:worker_threads';

/** How a thread is to be started, here and in a build. */
export const THREAD_OPTIONS: WorkerOptions = {
  execArgv: process.env.NEXT_RUNTIME ? [] : ['--import', './lib/thread-loader.mjs'],
};

/** What arguments and results of can be cloned. */
type Tasks<T> = { [K in keyof T]: (...args: never[]) => unknown };

export interface TaskRequest {
  name: PropertyKey;
  args: unknown[];
}

/** There was no answer: the thread ended, could not start, or took too long. */
export class ThreadBroken extends Error {}

/** What is left of an error on its way between threads. */
export interface TaskError {
  message: string;
  stack: string;
  code: string | null;
}

export type TaskAnswer = { result: unknown } | { error: TaskError };

export interface ThreadPoolOptions {
  start(): Worker;
  size: number;
  /** After which a thread is ended, whatever it does. */
  timeoutMs: number;
  maxWaiting: number;
  /** What the caller gets when there was no answer. */
  broken(message: string, cause?: unknown): Error;
  /** What the caller gets when the work threw. */
  failed(error: TaskError): Error;
}

interface Job {
  request: TaskRequest;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Slot {
  worker: Worker;
  job: Job | null;
  timer: NodeJS.Timeout | undefined;
}

/** A thread that had nothing to do for so long gives its memory back. */
const IDLE_MS = 30_000;

export class ThreadPool<T extends Tasks<T>> {
  readonly #options: ThreadPoolOptions;
  readonly #slots = new Set<Slot>();
  readonly #waiting: Job[] = [];

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  run<K extends keyof T>(name: K, ...args: Parameters<T[K]>): Promise<Awaited<ReturnType<T[K]>>> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= this.#options.maxWaiting)
        return reject(this.#options.broken('Too much work is waiting'));
      this.#waiting.push({
        request: { name, args },
        resolve: (result) => resolve(result as Awaited<ReturnType<T[K]>>),
        reject,
      });
      this.#next();
    });
  }

  async close(): Promise<void> {
    const stopped = () => this.#options.broken('The work was stopped');
    for (const job of this.#waiting.splice(0)) job.reject(stopped());
    await Promise.all([...this.#slots].map((slot) => this.#end(slot, stopped())));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const idle = [...this.#slots].find((slot) => slot.job === null);
    const slot = idle ?? (this.#slots.size < this.#options.size ? this.#startThread() : null);
    if (!slot) return;
    clearTimeout(slot.timer);
    const job = this.#waiting.shift() as Job;
    slot.job = job;
    slot.timer = setTimeout(
      () => void this.#end(slot, this.#options.broken('The work took too long')),
      this.#options.timeoutMs,
    );
    slot.worker.postMessage(job.request);
  }

  #startThread(): Slot {
    const { start, broken } = this.#options;
    const worker = start();
    // Nothing waits for an idle thread when the process ends.
    worker.unref();
    const slot: Slot = { worker, job: null, timer: undefined };
    this.#slots.add(slot);
    worker.on('message', (answer: TaskAnswer) => this.#done(slot, answer));
    worker.on('error', (cause) => void this.#end(slot, broken('The thread broke down', cause)));
    worker.on('exit', () => void this.#end(slot, broken('The thread ended early')));
    return slot;
  }

  #done(slot: Slot, answer: TaskAnswer): void {
    clearTimeout(slot.timer);
    const job = slot.job;
    slot.job = null;
    slot.timer = setTimeout(() => void this.#end(slot, this.#options.broken('Idle')), IDLE_MS);
    slot.timer.unref();
    if ('error' in answer) job?.reject(this.#options.failed(answer.error));
    else job?.resolve(answer.result);
    this.#next();
  }

  async #end(slot: Slot, error: Error): Promise<void> {
    if (!this.#slots.delete(slot)) return;
    clearTimeout(slot.timer);
    slot.job?.reject(error);
    this.#next();
    await slot.worker.terminate();
  }
}
