/** A blob from its beginning to its end: what came from a mail server once is not asked for again within the hour. */
import type { Readable } from 'node:stream';
import type { Id } from '@/lib/jmap/types';
import type { BlobCache } from './blob-cache';
import type { Blobs } from './blobs';

export interface KeptBlob {
  /** null: known only at its end. */
  size: number | null;
  stream: Readable;
}

/** Destroying the stream releases what feeds it. @throws blobNotFound, notFound */
export async function keptBlob(blobs: Blobs, cache: BlobCache, id: Id): Promise<KeptBlob> {
  if (!blobs.isFar(id)) return { size: null, stream: await blobs.open(id) };
  const key = `${blobs.accountId} ${id}`;
  const kept = await cache.whole(key);
  return kept ?? { size: null, stream: cache.keep(key, await blobs.open(id)) };
}
