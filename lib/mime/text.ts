/** The text of a part, as JMAP's EmailBodyValue gives it (RFC 8621 §4.1.4). */
import type { EmailBodyValue } from '@/lib/jmap/types';
import { type DecodedText, decodeCharset } from './charset';
import { decodeTransfer } from './transfer';
import type { MimePart } from './types';

/** `bytes` are the part's stored bytes, still transfer-encoded; perhaps only their beginning. Line ends become LF. */
export function decodeText(bytes: Uint8Array, part: Pick<MimePart, 'encoding' | 'params'>): DecodedText {
  const { value, isEncodingProblem } = decodeCharset(
    decodeTransfer(bytes, part.encoding),
    part.params.charset ?? null,
  );
  return { value: value.replace(/\r\n?/g, '\n').replaceAll('\0', ''), isEncodingProblem };
}

/** What to fetch of a part so that `maxBytes` of text come out: base64 and quoted-printable take more room. */
export function fetchLength(maxBytes: number, part: Pick<MimePart, 'encoding' | 'size'>): number {
  const factor = part.encoding === 'quoted-printable' ? 3.2 : part.encoding === 'base64' ? 1.4 : 1;
  // Two-byte charsets may be shorter in UTF-8 than as stored, never by more than half.
  return Math.min(part.size, Math.ceil(maxBytes * factor * 2) + 1024);
}

/**
 * At most `maxBytes` octets of UTF-8 (0: all), cut at a character and, in HTML, not inside a tag. `isPartial`: the bytes
 * that were decoded are not the whole part.
 */
export function bodyValue(
  bytes: Uint8Array,
  part: Pick<MimePart, 'encoding' | 'params' | 'type'>,
  maxBytes: number,
  isPartial = false,
): EmailBodyValue {
  const decoded = decodeText(bytes, part);
  // The last character may be half fetched: that is a cut, not a broken text.
  const value = isPartial ? decoded.value.replace(/\ufffd{1,3}$/, '') : decoded.value;
  const halfOnly = value.length < decoded.value.length && !value.includes('\ufffd');
  const fitting =
    maxBytes > 0 && Buffer.byteLength(value) > maxBytes ? cutAtCharacter(value, maxBytes) : value;
  const isTruncated = isPartial || fitting.length < value.length;
  return {
    value: isTruncated && part.type === 'text/html' ? dropOpenTag(fitting) : fitting,
    isEncodingProblem: decoded.isEncodingProblem && !halfOnly,
    isTruncated,
  };
}

function cutAtCharacter(value: string, maxBytes: number): string {
  const bytes = Buffer.from(value.slice(0, maxBytes));
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const kept = bytes.toString('utf8', 0, end);
  // `slice` may have parted a surrogate pair, which became U+FFFD.
  return kept.length > 0 && value.startsWith(kept) ? kept : kept.slice(0, -1);
}

/** A comment or a tag, to the end of the text if it does not end; in a quoted value `>` ends nothing. */
const TAG = /<!--[\s\S]*?(?:(-->)|$)|<[a-z/!?](?:=\s*"[^"]*(?:"|$)|=\s*'[^']*(?:'|$)|=|[^=>]+)*(>)?/gi;

/** RFC 8621 §4.2: "SHOULD ensure that the value is not truncated in the middle of an HTML tag". */
function dropOpenTag(html: string): string {
  for (const { 0: tag, 1: endOfComment, 2: endOfTag, index } of html.matchAll(TAG)) {
    const isOpen = endOfComment === undefined && endOfTag === undefined;
    if (isOpen && index + tag.length === html.length) return html.slice(0, index);
  }
  return html.endsWith('<') ? html.slice(0, -1) : html;
}
