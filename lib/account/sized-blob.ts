/** A blob of which pieces are read: its size, and any range of it. */
import type { Readable } from 'node:stream';
import type { Id } from '@/lib/jmap/types';
import type { ByteRange } from '@/lib/source/source';
import type { BlobCache } from './blob-cache';
import type { Blobs } from './blobs';

export interface SizedBlob {
  size: number;
  open(range: ByteRange): Promise<Readable>;
}

/** null: too large for what has to be decoded from its beginning. @throws blobNotFound, notFound */
export async function sizedBlob(blobs: Blobs, cache: BlobCache, id: Id): Promise<SizedBlob | null> {
  const size = await blobs.size(id);
  if (size !== null) return { size, open: (range) => blobs.open(id, range) };
  const key = `${blobs.accountId} ${id}`;
  const decoded = await cache.size(key, () => blobs.open(id));
  return decoded === null ? null : { size: decoded, open: (range) => cache.open(key, range) };
}
