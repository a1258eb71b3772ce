/**
 * Parsing that a hostile mail could make long or large runs here: in a thread with 256 MB that is killed after ten
 * seconds, so that it costs its own mail and nobody else's (security.md S28). Next bundles the entry by the form
 * `new Worker(new URL('./worker.ts', import.meta.url))`; outside Next (tests, scripts) worker-loader.mjs
 * makes the thread take TypeScript.
 */
import { Worker } from 'node:worker_threads';
import { ProtocolError } from '@/lib/errors';
import { filesIn } from './files';
import { MAX_HTML } from './limits';
import type { Tasks } from './tasks';
import type { FoundFile, MimeTree } from './types';
import { walkMime } from './walk';
import type { WorkerAnswer, WorkerRequest } from './worker';

export interface WorkerPoolOptions {
  size?: number;
  heapMb?: number;
  timeoutMs?: number;
  maxWaiting?: number;
}

/** Messages below this are walked in place: the way to the thread would cost more. */
const SMALL = 256 * 1024;
/** A thread that had nothing to do for so long gives its memory back. */
const IDLE_MS = 30_000;

interface Job {
  request: WorkerRequest;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Slot {
  worker: Worker;
  job: Job | null;
  timer: NodeJS.Timeout | undefined;
}

export class WorkerPool {
  readonly #options: Required<WorkerPoolOptions>;
  readonly #slots = new Set<Slot>();
  readonly #waiting: Job[] = [];

  constructor({ size = 2, heapMb = 256, timeoutMs = 10_000, maxWaiting = 500 }: WorkerPoolOptions = {}) {
    this.#options = { size, heapMb, timeoutMs, maxWaiting };
  }

  /** @throws limitExceeded when the work took too long or too much memory, or too much is waiting */
  run<K extends keyof Tasks>(name: K, ...args: Parameters<Tasks[K]>): Promise<ReturnType<Tasks[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= this.#options.maxWaiting)
        return reject(limitExceeded('Too much parsing is waiting'));
      this.#waiting.push({
        request: { name, args },
        resolve: (result) => resolve(result as ReturnType<Tasks[K]>),
        reject,
      });
      this.#next();
    });
  }

  async close(): Promise<void> {
    for (const job of this.#waiting.splice(0)) job.reject(limitExceeded('Parsing was stopped'));
    await Promise.all([...this.#slots].map((slot) => this.#end(slot, limitExceeded('Parsing was stopped'))));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const idle = [...this.#slots].find((slot) => slot.job === null);
    const slot = idle ?? (this.#slots.size < this.#options.size ? this.#startWorker() : null);
    if (!slot) return;
    clearTimeout(slot.timer);
    const job = this.#waiting.shift() as Job;
    slot.job = job;
    slot.timer = setTimeout(
      () => void this.#end(slot, limitExceeded('Parsing took too long')),
      this.#options.timeoutMs,
    );
    slot.worker.postMessage(job.request);
  }

  #startWorker(): Slot {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMb },
      execArgv: process.env.NEXT_RUNTIME ? [] : ['--import', './lib/mime/worker-loader.mjs'],
    });
    // Nothing waits for an idle thread when the process ends.
    worker.unref();
    const slot: Slot = { worker, job: null, timer: undefined };
    this.#slots.add(slot);
    worker.on('message', (answer: WorkerAnswer) => this.#done(slot, answer));
    worker.on('error', (cause) => void this.#end(slot, limitExceeded('Parsing broke down', cause)));
    worker.on('exit', () => void this.#end(slot, limitExceeded('Parsing ended early')));
    return slot;
  }

  #done(slot: Slot, answer: WorkerAnswer): void {
    clearTimeout(slot.timer);
    const job = slot.job;
    slot.job = null;
    slot.timer = setTimeout(() => void this.#end(slot, limitExceeded('Idle')), IDLE_MS);
    slot.timer.unref();
    if ('error' in answer) job?.reject(limitExceeded('Parsing failed', new Error(answer.error)));
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

function limitExceeded(message: string, cause?: unknown): ProtocolError {
  return new ProtocolError('limitExceeded', message, { cause });
}

/** Next has several copies of a module in one process; the pool is one. */
export function workerPool(): WorkerPool {
  const shared = globalThis as { gatepostMimePool?: WorkerPool };
  shared.gatepostMimePool ??= new WorkerPool();
  return shared.gatepostMimePool;
}

/** `walkMime` for messages of any size. @throws limitExceeded */
export async function walkSafely(raw: Buffer): Promise<MimeTree> {
  return raw.length <= SMALL ? walkMime(raw) : workerPool().run('walk', raw);
}

/** `filesIn` for parts of any size. @throws limitExceeded */
export async function filesSafely(bytes: Buffer): Promise<FoundFile[]> {
  if (bytes.length <= SMALL) return filesIn(bytes);
  const files = await workerPool().run('files', bytes);
  return files.map((file) => ({ ...file, bytes: Buffer.from(file.bytes) }));
}

/** `htmlToText` for what strangers send. Cut before it is handed over: V8 ends the whole process when one string
 * or array alone is larger than the thread's heap. @throws limitExceeded */
export function htmlToTextSafely(html: string): Promise<string> {
  return workerPool().run('htmlToText', html.slice(0, MAX_HTML));
}
