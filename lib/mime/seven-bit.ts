/**
 * A message rewritten so that every server takes it: 7-bit, lines of at most 998 (RFC 5321 §4.5.3.1.6, RFC 6152). Done when
 * it is frozen and not when a server turns out to lack 8BITMIME: each try must send the same bytes (security.md I4, R31).
 */
import { isAscii } from 'node:buffer';
import { type EncodedBody, encodeBase64, encodeQuotedPrintable, longestLine, MAX_LINE } from './encode-body';
import { decodeTransfer } from './transfer';
import type { MimePart, MimeTree } from './types';
import { walkMime } from './walk';

/** @param raw with CRLF @returns `raw` itself when nothing has to change */
export function toSevenBit(raw: Buffer): Buffer {
  if (isPlain(raw)) return raw;
  const tree = walkMime(raw);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const part of partsInOrder(tree.root)) {
    const rewritten = rewritePart(raw, part, tree);
    if (!rewritten) continue;
    pieces.push(raw.subarray(at, rewritten.from), ...rewritten.bytes);
    at = rewritten.to;
  }
  return Buffer.concat([...pieces, raw.subarray(at)]);
}

function isPlain(bytes: Buffer): boolean {
  return isAscii(bytes) && fitsEightBit(bytes);
}

/** What a server with 8BITMIME takes (RFC 6152 §3). */
export function fitsEightBit(bytes: Buffer): boolean {
  return !bytes.includes(0) && longestLine(bytes) <= MAX_LINE;
}

/** Parents before their children, as they stand in the message. What is signed must not be touched (RFC 1847 §2.1). */
function partsInOrder(part: MimePart): MimePart[] {
  if (part.type === 'multipart/signed') return [];
  return [part, ...(part.parts ?? []).flatMap(partsInOrder)];
}

function rewritePart(
  raw: Buffer,
  part: MimePart,
  { spans }: MimeTree,
): { from: number; to: number; bytes: Buffer[] } | null {
  const span = spans.get(part.path);
  if (!span) return null;
  const header = raw.subarray(span.headerStart, span.bodyStart);
  if (part.parts) {
    // Only the label: its parts follow on their own.
    if (part.encoding !== '8bit' && part.encoding !== 'binary') return null;
    return { from: span.headerStart, to: span.bodyStart, bytes: [withEncoding(header, '7bit')] };
  }
  const body = raw.subarray(span.bodyStart, span.end);
  if (isPlain(body)) return null;
  const { encoding, bytes } = encode(part, body);
  return { from: span.headerStart, to: span.end, bytes: [withEncoding(header, encoding), bytes] };
}

function encode(part: MimePart, body: Buffer): EncodedBody {
  // An attached message may not be transfer-encoded, its parts may (RFC 2046 §5.2.1).
  if (part.type === 'message/rfc822') return { encoding: '7bit', bytes: toSevenBit(body) };
  const bytes = decodeTransfer(body, part.encoding);
  return part.type.startsWith('text/') ? encodeQuotedPrintable(bytes) : encodeBase64(bytes);
}

/** The header block with this Content-Transfer-Encoding and no other. */
function withEncoding(block: Buffer, encoding: EncodedBody['encoding']): Buffer {
  const fields = block
    .toString('latin1')
    .replace(/\r\n$/, '')
    .replace(/^content-transfer-encoding[ \t]*:.*\r\n(?:[ \t].*\r\n)*/gim, '');
  return Buffer.from(`${fields}Content-Transfer-Encoding: ${encoding}\r\n\r\n`, 'latin1');
}
