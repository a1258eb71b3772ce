/** Files out of a zip archive that somebody sent, one after the other and never larger than allowed (the one door to yauzl). */
import { once } from 'node:events';
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';
import { ProtocolError } from '@/lib/errors';
import { readAtMost } from './read-at-most';

const MOST_ENTRIES = 200_000;
const openFile = promisify<string, object, ZipFile>(open);

export interface ZippedFile {
  name: string;
  /** null: larger than the limit. */
  bytes: Buffer | null;
}

/** @throws protocolViolation, limitExceeded */
export async function* unzip(file: string, limit: number): AsyncGenerator<ZippedFile> {
  const zip = await openFile(file, { lazyEntries: true, autoClose: false }).catch(broken);
  try {
    if (zip.entryCount > MOST_ENTRIES)
      throw new ProtocolError('limitExceeded', 'too many files in the archive');
    const end = once(zip, 'end').then(() => null);
    // Known before it is waited for.
    end.catch(() => undefined);
    for (let entry = await next(zip, end); entry; entry = await next(zip, end)) {
      if (entry.fileName.endsWith('/')) continue;
      yield { name: entry.fileName, bytes: await read(zip, entry, limit) };
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
async function read(zip: ZipFile, entry: Entry, limit: number): Promise<Buffer | null> {
  if (entry.uncompressedSize > limit) return null;
  const stream = await promisify(zip.openReadStream.bind(zip) as OpenStream)(entry).catch(broken);
  return readAtMost(stream, limit).catch(broken);
}

type OpenStream = (
  entry: Entry,
  callback: (error: Error | null, stream: import('node:stream').Readable) => void,
) => void;

function broken(cause: unknown): never {
  if (cause instanceof ProtocolError) throw cause;
  throw new ProtocolError('protocolViolation', 'not an archive, or a broken one', { cause });
}
