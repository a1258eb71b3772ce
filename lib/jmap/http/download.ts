/** Bytes of a mail as they leave: always an attachment, never a document of ours (security.md S6, S7). */

import type { Readable } from 'node:stream';
import type { BlobCache } from '@/lib/account/blob-cache';
import type { Blobs } from '@/lib/account/blobs';
import { sizedBlob } from '@/lib/account/sized-blob';
import type { Id } from '@/lib/jmap/types';
import { contentDisposition, safeFileName } from '@/lib/mime/names';
import { isKnown } from './etag';
import { pullStream } from './pull-stream';
import { askedRange } from './range';

/** RFC 8620 §6.2: the client says the type. Anything that is no type is bytes. */
const MEDIA_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(; ?charset=[a-z0-9_-]{1,40})?$/i;

export interface Shown {
  name: string;
  type: string | null;
}

export function downloadResponse(stream: Readable, name: string, type: string | null): Response {
  return new Response(pullStream(stream), { headers: downloadHeaders({ name, type }) });
}

/** The bytes behind a blob id never change, so the id is their entity tag. */
export async function blobResponse(
  request: Request,
  blob: { id: Id; blobs: Blobs; cache: BlobCache },
  shown: Shown,
): Promise<Response> {
  const etag = `"${blob.id}"`;
  const headers = { ...downloadHeaders(shown), ETag: etag, 'Accept-Ranges': 'bytes' };
  if (isKnown(request, etag)) {
    // Also of what is gone meanwhile: whoever has it has all of it.
    return new Response(null, { status: 304, headers });
  }
  const asked = askedRange(request, etag);
  const sized = asked && (await sizedBlob(blob.blobs, blob.cache, blob.id));
  if (!asked || !sized) return new Response(pullStream(await blob.blobs.open(blob.id)), { headers });
  const range = asked(sized.size);
  if (!range) return unsatisfiable(sized.size);
  const { offset, length } = range;
  return new Response(pullStream(await sized.open(range)), {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${offset}-${offset + length - 1}/${sized.size}` },
  });
}

function unsatisfiable(size: number): Response {
  return new Response(null, {
    status: 416,
    headers: { 'Content-Range': `bytes */${size}`, 'Cache-Control': 'private, no-store' },
  });
}

function downloadHeaders({ name, type }: Shown): Record<string, string> {
  const contentType = type !== null && MEDIA_TYPE.test(type) ? type : 'application/octet-stream';
  return {
    'Content-Type': contentType,
    'Content-Disposition': contentDisposition(safeFileName(name, contentType)),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    // no-transform: compressing a download again costs time and hides its progress.
    'Cache-Control': 'private, no-store, no-transform',
    'Referrer-Policy': 'no-referrer',
  };
}
