/** Files out of a zip archive that somebody sent, one after the other and never larger than allowed (the one door to yauzl). */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';
import { ProtocolError } from '@/lib/errors';

const MOST_ENTRIES = 200_000;
/** Of all files together: a small archive may say that it holds the world. */
const MOST_BYTES = 64 * 1024 ** 3;
const openFile = promisify<string, object, ZipFile>(open);

export interface ZippedFile {
  name: string;
  /** As the archive says; a stream that is longer ends with an error. */
  size: number;
  /** To be read or returned before the next file is asked for. @throws protocolViolation */
  bytes: AsyncGenerator<Buffer>;
}

/** @throws protocolViolation, limitExceeded */
export async function* unzip(file: string): AsyncGenerator<ZippedFile> {
  const zip = await openFile(file, { lazyEntries: true, autoClose: false }).catch(broken);
  try {
    if (zip.entryCount > MOST_ENTRIES)
      throw new ProtocolError('limitExceeded', 'too many files in the archive');
    const end = once(zip, 'end').then(() => null);
    // Known before it is waited for.
    end.catch(() => undefined);
    let size = 0;
    for (let entry = await next(zip, end); entry; entry = await next(zip, end)) {
      if (entry.fileName.endsWith('/')) continue;
      size += entry.uncompressedSize;
      if (size > MOST_BYTES) throw new ProtocolError('limitExceeded', 'the archive holds too much');
      yield { name: entry.fileName, size: entry.uncompressedSize, bytes: read(zip, entry) };
    }
  } finally {
    zip.close();
  }
}

/** `end` is one for all: a listener more for each of 200,000 files would stay with the archive. */
async function next(zip: ZipFile, end: Promise<null>): Promise<Entry | null> {
  const entry = once(zip, 'entry').then(([found]) => found as Entry);
  zip.readEntry();
  return Promise.race([entry, end]).catch(broken);
}

/** yauzl ends a stream that is longer than the archive said. */
async function* read(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    // Leaving the loop destroys the stream.
    yield* await promisify(zip.openReadStream.bind(zip) as OpenStream)(entry);
  } catch (cause) {
    broken(cause);
  }
}

type OpenStream = (entry: Entry, callback: (error: Error | null, stream: Readable) => void) => void;

function broken(cause: unknown): never {
  if (cause instanceof ProtocolError) throw cause;
  throw new ProtocolError('protocolViolation', 'not an archive, or a broken one', { cause });
}
