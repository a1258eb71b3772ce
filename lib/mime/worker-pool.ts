/**
 * Parsing that a hostile mail could make long or large runs here: in a thread with 256 MB that is killed after ten
 * seconds, so that it costs its own mail and nobody else's (security.md S28).
 */
import { Worker } from 'node:worker_threads';
import { ProtocolError } from '@/lib/errors';
import { THREAD_OPTIONS, ThreadPool } from '@/lib/thread-pool';
import { type Digest, unpackDigests } from './digest';
import { filesIn } from './files';
import { MAX_HTML } from './limits';
import type { Tasks } from './tasks';
import type { FoundFile, MimeTree } from './types';
import { walkMime } from './walk';

export interface WorkerPoolOptions {
  size?: number;
  heapMb?: number;
  timeoutMs?: number;
  maxWaiting?: number;
}

/** Messages below this are walked in place: the way to the thread would cost more. */
const SMALL = 256 * 1024;

/** `run` throws limitExceeded when the work took too long or too much memory, or too much is waiting. */
export class WorkerPool extends ThreadPool<Tasks> {
  constructor({ size = 2, heapMb = 256, timeoutMs = 10_000, maxWaiting = 500 }: WorkerPoolOptions = {}) {
    super({
      start: () =>
        new Worker(new URL('./worker.ts', import.meta.url), {
          ...THREAD_OPTIONS,
          resourceLimits: { maxOldGenerationSizeMb: heapMb },
        }),
      size,
      timeoutMs,
      maxWaiting,
      broken: limitExceeded,
      failed: ({ stack, message }) => limitExceeded('Parsing failed', new Error(stack || message)),
    });
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

/** `digestSmall` of many, beside. @throws limitExceeded */
export async function digestsBeside(messages: Buffer[]): Promise<Digest[]> {
  let end = 0;
  const ends = messages.map(({ length }) => {
    end += length;
    return end;
  });
  // One buffer of its own: what came from the socket lies in slabs, and each would be sent whole for every message in it.
  return unpackDigests(await workerPool().run('digests', Buffer.concat(messages), ends));
}

/** `htmlToText` for what strangers send. Cut before it is handed over: V8 ends the whole process when one string
 * or array alone is larger than the thread's heap. @throws limitExceeded */
export function htmlToTextSafely(html: string): Promise<string> {
  return workerPool().run('htmlToText', html.slice(0, MAX_HTML));
}
