/** Bodies written in 7-bit lines that every server takes (security.md S18, gateway.md pitfalls 17 and 29). */
import { isAscii } from 'node:buffer';

export interface EncodedBody {
  encoding: '7bit' | '8bit' | 'quoted-printable' | 'base64';
  bytes: Buffer;
}

/** Longer lines are encoded, although RFC 5322 allows 998: Exchange and old gateways break them. */
const MAX_PLAIN_LINE = 78;
/** RFC 5322 §2.1.1, without its CRLF. */
export const MAX_LINE = 998;
const QP_LINE = 75;
const SOFT_BREAK = Buffer.from('=\r\n');

export function encodeTextBody(text: string): EncodedBody {
  const bytes = Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'));
  if (isAscii(bytes) && !bytes.includes(0) && longestLine(bytes) <= MAX_PLAIN_LINE && !/^From /m.test(text)) {
    return { encoding: '7bit', bytes };
  }
  // Mostly ASCII stays readable in quoted-printable; other scripts take less room in base64.
  const foreign = bytes.reduce((count, byte) => count + (byte > 0x7e ? 1 : 0), 0);
  return foreign * 6 > bytes.length ? encodeBase64(bytes) : encodeQuotedPrintable(bytes);
}

/** Of CRLF text. */
export function encodeQuotedPrintable(bytes: Buffer): EncodedBody {
  return { encoding: 'quoted-printable', bytes: encodeQp(bytes) };
}

export function encodeBase64(bytes: Uint8Array): EncodedBody {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const lines: string[] = [];
  for (let i = 0; i < text.length; i += 76) lines.push(text.slice(i, i + 76));
  return { encoding: 'base64', bytes: Buffer.from(lines.join('\r\n'), 'latin1') };
}

/** An attached message may not be transfer-encoded (RFC 2046 §5.2.1); null when its lines cannot be sent as they are. */
export function encodeMessageBody(bytes: Buffer): EncodedBody | null {
  const text = Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n'), 'latin1');
  if (text.includes(0) || longestLine(text) > MAX_LINE) return null;
  return { encoding: isAscii(text) ? '7bit' : '8bit', bytes: text };
}

const CR = 0x0d;
const LF = 0x0a;

export function longestLine(bytes: Buffer): number {
  let longest = 0;
  let start = 0;
  // One byte is found several times faster than two.
  for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, lf + 1)) {
    if (bytes[lf - 1] !== CR) continue;
    longest = Math.max(longest, lf - 1 - start);
    start = lf + 1;
  }
  return Math.max(longest, bytes.length - start);
}

/** quoted-printable (RFC 2045 §6.7) of CRLF text; `From ` and a lone dot at a line's start are encoded too. */
function encodeQp(bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  for (let at = 0; at <= bytes.length; ) {
    const crlf = bytes.indexOf('\r\n', at, 'latin1');
    const end = crlf < 0 ? bytes.length : crlf;
    out.push(encodeQpLine(bytes.subarray(at, end)));
    if (crlf < 0) break;
    out.push(Buffer.from('\r\n'));
    at = crlf + 2;
  }
  return Buffer.concat(out);
}

function encodeQpLine(line: Buffer): Buffer {
  const out: Buffer[] = [];
  let piece = '';
  for (let i = 0; i < line.length; i += 1) {
    const text = qpByte(line[i] as number, i === line.length - 1, i === 0);
    if (piece.length + text.length > QP_LINE) {
      out.push(Buffer.from(piece, 'latin1'), SOFT_BREAK);
      piece = '';
    }
    piece += text;
  }
  out.push(Buffer.from(piece, 'latin1'));
  return Buffer.concat(out);
}

function qpByte(byte: number, isLast: boolean, isFirst: boolean): string {
  const isBlank = byte === 0x20 || byte === 0x09;
  const isPlain = (byte >= 0x21 && byte <= 0x7e && byte !== 0x3d) || (isBlank && !isLast);
  const isRisky = isFirst && (byte === 0x46 || byte === 0x2e);
  if (isPlain && !isRisky) return String.fromCharCode(byte);
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
