/** Bytes of a mail as they leave: always an attachment, never a document of ours (security.md S6, S7). */

import type { Readable } from 'node:stream';
import { contentDisposition, safeFileName } from '@/lib/mime/names';
import { pullStream } from './pull-stream';

/** RFC 8620 §6.2: the client says the type. Anything that is no type is bytes. */
const MEDIA_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(; ?charset=[a-z0-9_-]{1,40})?$/i;

export function downloadResponse(stream: Readable, name: string, type: string | null): Response {
  const contentType = type !== null && MEDIA_TYPE.test(type) ? type : 'application/octet-stream';
  return new Response(pullStream(stream), {
    headers: {
      'Content-Type': contentType,
      'Content-Disposition': contentDisposition(safeFileName(name, contentType)),
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      // no-transform: compressing a download again costs time and hides its progress.
      'Cache-Control': 'private, no-store, no-transform',
      'Referrer-Policy': 'no-referrer',
    },
  });
}
