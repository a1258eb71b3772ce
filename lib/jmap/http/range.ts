/** One range of bytes (RFC 9110 §14): several at once, and what cannot be read, are answered with the whole. */
import type { ByteRange } from '@/lib/source/source';

/** `bytes=0-499`, `bytes=500-`, `bytes=-500`. */
const ONE_RANGE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/;

/** The range that is asked for, of content of a size that is not known yet; null when all of it is. */
export type AskedRange = (size: number) => ByteRange | null;

/** With If-Range the range counts only while the content is still the one that the client has a part of (§13.1.5). */
export function askedRange(request: Pick<Request, 'headers'>, etag: string): AskedRange | null {
  const ifRange = request.headers.get('if-range');
  const match = ONE_RANGE.exec(request.headers.get('range')?.trim() ?? '');
  if (!match || (ifRange !== null && ifRange.trim() !== etag)) return null;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) return (size) => lastOf(Math.min(Number(suffix), size), size);
  if (last !== undefined && Number(last) < Number(first)) return null;
  return (size) => fromTo(Number(first), last === undefined ? size - 1 : Number(last), size);
}

/** null: nothing of it is there (416). */
function lastOf(length: number, size: number): ByteRange | null {
  return length > 0 ? { offset: size - length, length } : null;
}

function fromTo(first: number, last: number, size: number): ByteRange | null {
  return first < size ? { offset: first, length: Math.min(last, size - 1) - first + 1 } : null;
}
