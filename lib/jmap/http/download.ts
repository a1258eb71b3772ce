/**
 * GET /jmap/download (RFC 8620 §6.2): bytes of a mail as they leave, always an attachment, never a document of ours
 * (security.md S6, S7).
 */
import type { Readable } from 'node:stream';
import type { BlobCache } from '@/lib/account/blob-cache';
import { Blobs } from '@/lib/account/blobs';
import { keptBlob } from '@/lib/account/kept-blob';
import { runtime } from '@/lib/account/runtime';
import { sizedBlob } from '@/lib/account/sized-blob';
import { authenticate } from '@/lib/auth/authenticate';
import type { Id } from '@/lib/jmap/types';
import { contentDisposition, safeFileName } from '@/lib/mime/names';
import { attachmentsZip, zippedEmailId } from './attachments-zip';
import { isKnown } from './etag';
import { askedRange } from './range';
import { type Answer, answered, toResponse } from './respond';

/** RFC 8620 §6.2: the client says the type. Anything that is no type is bytes. */
const MEDIA_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(; ?charset=[a-z0-9_-]{1,40})?$/i;

/** As much of a Request as is looked at. */
export type DownloadRequest = Pick<Request, 'method' | 'headers'>;

/** What the download URL of the session names. */
export interface DownloadTarget {
  accountId: Id;
  blobId: Id;
  name: string;
  type: string | null;
}

interface Shown {
  name: string;
  type: string | null;
}

export function answerDownload(request: DownloadRequest, target: DownloadTarget): Promise<Answer> {
  return answered(async () => {
    const principal = await authenticate(request);
    const { accountId, blobId, name, type } = target;
    const { accounts, uploads, blobCache } = await runtime();
    const account = await accounts.openOwned(principal.userId, accountId);
    const blobs = new Blobs(account, uploads);
    const zipped = zippedEmailId(blobId);
    if (zipped !== null)
      return fileAnswer(await attachmentsZip(account, blobs, zipped), { name, type: 'application/zip' });
    return blobAnswer(request, { id: blobId, blobs, cache: blobCache }, { name, type });
  });
}

export function downloadResponse(stream: Readable, name: string, type: string | null): Response {
  return toResponse(fileAnswer(stream, { name, type }));
}

function fileAnswer(body: Readable, shown: Shown): Answer {
  return { status: 200, headers: downloadHeaders(shown), body };
}

/** The bytes behind a blob id never change, so the id is their entity tag. */
async function blobAnswer(
  request: DownloadRequest,
  blob: { id: Id; blobs: Blobs; cache: BlobCache },
  shown: Shown,
): Promise<Answer> {
  const etag = `"${blob.id}"`;
  const headers = { ...downloadHeaders(shown), ETag: etag, 'Accept-Ranges': 'bytes' };
  // Also of what is gone meanwhile: whoever has it has all of it.
  if (isKnown(request, etag)) return { status: 304, headers, body: null };
  const asked = askedRange(request, etag);
  const sized = asked && (await sizedBlob(blob.blobs, blob.cache, blob.id));
  if (!asked || !sized) {
    const { size, stream } = await keptBlob(blob.blobs, blob.cache, blob.id);
    const told = size === null ? headers : { ...headers, 'Content-Length': String(size) };
    return { status: 200, headers: told, body: stream };
  }
  const range = asked(sized.size);
  if (!range) return unsatisfiable(sized.size);
  const { offset, length } = range;
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${offset}-${offset + length - 1}/${sized.size}` },
    body: await sized.open(range),
  };
}

function unsatisfiable(size: number): Answer {
  return {
    status: 416,
    headers: { 'Content-Range': `bytes */${size}`, 'Cache-Control': 'private, no-store' },
    body: null,
  };
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
