/**
 * A large file goes in pieces, so that a link that breaks costs one of them: it goes on where it stopped, as soon as there is a
 * link again. The pieces are joined at the server (Blob/upload, RFC 9404 §4.1).
 */
import { faultOf, type JmapFault, LinkFault, type Transport } from '@/lib/client/jmap';
import type { Id, SetError } from '@/lib/jmap/types';
import { setFault } from './composer/set-fault';
import { type UploadOptions, upload } from './upload';

/** Below what hosts of serverless functions take in a request. */
const PIECE = 4_000_000;
/** As many as are joined at once (docs/jmap.md). */
const MAX_PIECES = 100;
/** For about an hour without a link: the file has its progress and can be taken out meanwhile. */
const MAX_TRIES = 120;
const MAX_WAIT_MS = 30_000;

interface Into {
  url: string;
  accountId: Id;
  transport: Transport;
}

export interface PiecesOptions extends UploadOptions {
  /** What arrived of it before, in its order. */
  arrived?: readonly Id[];
  onArrived?: (ids: readonly Id[]) => void;
}

export async function uploadInPieces(into: Into, file: Blob, options: PiecesOptions = {}): Promise<Id> {
  const { arrived = [], ...rest } = options;
  try {
    return await sendRest(into, file, rest, [...arrived]);
  } catch (error) {
    // The server keeps pieces for a day.
    if (arrived.length === 0 || faultOf(error).code !== 'blobNotFound') throw error;
    return sendRest(into, file, rest, []);
  }
}

async function sendRest(
  into: Into,
  file: Blob,
  { onProgress, onArrived, signal }: PiecesOptions,
  ids: Id[],
): Promise<Id> {
  const size = Math.max(PIECE, Math.ceil(file.size / MAX_PIECES));
  for (let from = ids.length * size; from < file.size || ids.length === 0; from += size) {
    const piece = file.slice(from, from + size, file.type);
    const progress = (part: number) => onProgress?.((from + part * piece.size) / Math.max(1, file.size));
    const { blobId } = await persistently(
      () => upload(into.url, piece, { onProgress: progress, signal }),
      signal,
    );
    ids.push(blobId);
    onArrived?.([...ids]);
  }
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return only;
  return persistently(() => join(into, ids, file.type), signal);
}

async function join({ accountId, transport }: Into, ids: readonly Id[], type: string): Promise<Id> {
  const create = { file: { data: ids.map((blobId) => ({ blobId })), ...(type ? { type } : {}) } };
  const answers = await transport.call([['Blob/upload', { accountId, create }, 'join']]);
  const { created, notCreated } = answers.of<{
    created: Record<Id, { id: Id }> | null;
    notCreated: Record<Id, SetError> | null;
  }>('join');
  const id = created?.file?.id;
  if (id !== undefined) return id;
  throw setFault(notCreated?.file ?? { type: 'serverFail' });
}

/** A link that broke is waited for; whatever else is wrong is told. */
export async function persistently<T>(
  act: () => Promise<T>,
  signal: AbortSignal | undefined,
  wait: (ms: number, signal: AbortSignal | undefined) => Promise<void> = untilOnline,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof LinkFault) || tries >= MAX_TRIES || signal?.aborted) throw error as JmapFault;
      await wait(Math.min(MAX_WAIT_MS, 500 * 2 ** tries), signal);
    }
  }
}

function untilOnline(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
