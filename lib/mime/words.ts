/** Encoded words in headers, RFC 2047: `=?charset?Q?text?=` and `=?charset?B?text?=`. */
import { isUtf8 } from 'node:buffer';
import { decodeCharset } from './charset';
import { decodeTransfer } from './transfer';

/** One word. The blanks allowed inside (RFC 2047 forbids them, mailers send them) stay on the line and within bounds. */
const WORD = /=\?([^?\s]{1,60})\?([QqBb])\?([^?\r\n]{0,5000})\?=/g;
const BROKEN = /[\ufffd\p{Cc}]/u;
const WORD_AT = new RegExp(WORD.source, 'y');

/** Where a word that begins at `at` ends; null if none does. Some mailers leave commas in it, which part addresses elsewhere. */
export function wordEnd(text: string, at: number): number | null {
  if (!text.startsWith('=?', at)) return null;
  WORD_AT.lastIndex = at;
  return WORD_AT.test(text) ? WORD_AT.lastIndex : null;
}

interface Joined {
  base64: string;
  isPadded: boolean;
  /** Within a group of four, as some mailers do. */
  isSplit: boolean;
}

interface Word {
  charset: string;
  bytes: Buffer;
  /** The base64 of several words as one; null where it is none or ends within. */
  joined: Joined | null;
}

/**
 * Adjacent words of one charset are joined as bytes before they are decoded: mailers split characters between words
 * (gateway.md pitfall 27). White space between two words is not text (RFC 2047 §6.2).
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  let out = '';
  let pending: Word | null = null;
  let at = 0;
  for (const match of text.matchAll(WORD)) {
    const between = text.slice(at, match.index);
    const word = readWord(match[1] as string, match[2] as string, match[3] as string);
    if (pending && between.trim() === '' && pending.charset === word.charset) {
      pending.bytes = Buffer.concat([pending.bytes, word.bytes]);
      pending.joined = join(pending.joined, word.joined);
    } else {
      if (pending) out += wordText(pending);
      if (!pending || between.trim() !== '') out += between;
      pending = word;
    }
    at = match.index + match[0].length;
  }
  if (pending) out += wordText(pending);
  return out + text.slice(at);
}

function readWord(charset: string, encoding: string, content: string): Word {
  // RFC 2231 §5: a language may follow the charset, `=?utf-8*en?Q?...?=`.
  const name = charset.split('*')[0]?.toLowerCase() ?? '';
  if (encoding.toLowerCase() !== 'b') return { charset: name, bytes: decodeQ(content), joined: null };
  const joined = { base64: content, isPadded: content.includes('='), isSplit: false };
  return { charset: name, bytes: decodeBase64(content), joined };
}

function decodeBase64(text: string): Buffer {
  return decodeTransfer(Buffer.from(text, 'utf8'), 'base64');
}

function join(before: Joined | null, after: Joined | null): Joined | null {
  if (before === null || after === null || before.isPadded) return null;
  const isSplit = before.isSplit || before.base64.length % 4 !== 0;
  return { base64: before.base64 + after.base64, isPadded: after.isPadded, isSplit };
}

/** The Q encoding: quoted-printable without lines, `_` for a space (RFC 2047 §4.2). */
function decodeQ(content: string): Buffer {
  const input = Buffer.from(content, 'utf8');
  const out = Buffer.allocUnsafe(input.length);
  let length = 0;
  for (let i = 0; i < input.length; i += 1) {
    const byte = input[i] as number;
    const hex = byte === 0x3d ? input.toString('latin1', i + 1, i + 3) : '';
    if (byte === 0x5f) out[length++] = 0x20;
    else if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else out[length++] = byte;
  }
  return out.subarray(0, length);
}

function wordText({ charset, bytes, joined }: Word): string {
  const { value } = decodeCharset(bytes, charset);
  if (joined === null || !joined.isSplit) return value;
  const whole = decodeCharset(decodeBase64(joined.base64), charset).value;
  // Whatever is UTF-8 is so by no chance.
  return !BROKEN.test(whole) && (charset === 'utf-8' || BROKEN.test(value)) ? whole : value;
}

/** Header bytes that should be ASCII or UTF-8 (RFC 6532) and often are neither: read as UTF-8, else in `charset`. */
export function headerText(bytes: Buffer, charset: string | null): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeCharset(bytes, charset).value;
}

const PLAIN = /^[ -~]*$/;

/** For show: composed (NFC), no control characters, blanks of folding collapsed to one. */
export function cleanText(text: string): string {
  // Most texts: nothing of it can be found in them.
  if (PLAIN.test(text)) return text.trim();
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .normalize('NFC');
}
