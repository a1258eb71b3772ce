/**
 * Bytes in a mail charset to text. Labels lie (gateway.md pitfall 27): valid UTF-8 beats a single-byte label, gb2312 is
 * GBK. iconv-lite and not TextDecoder: Node 20's `windows-1252` leaves the C1 bytes as control characters.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import Encoding from 'encoding-japanese';
import iconv from 'iconv-lite';

export interface DecodedText {
  value: string;
  /** RFC 8621 §4.1.4: malformed bytes or an unknown charset were met. */
  isEncodingProblem: boolean;
}

/** By the letters and digits of the name: `iso8859-1` and `ISO_8859-1` are seen as well. */
const ALIASES = new Map<string, string>(
  Object.entries({
    usascii: 'windows-1252',
    ascii: 'windows-1252',
    iso88591: 'windows-1252',
    latin1: 'windows-1252',
    iso88599: 'windows-1254',
    latin5: 'windows-1254',
    iso88598i: 'iso-8859-8',
    iso88598e: 'iso-8859-8',
    gb2312: 'gb18030',
    gb231280: 'gb18030',
    xgbk: 'gb18030',
    gbk: 'gb18030',
    ksc56011987: 'cp949',
    ksc5601: 'cp949',
    xsjis: 'shift_jis',
    unicode11utf7: 'utf-7',
    unicode11utf8: 'utf-8',
    utf8: 'utf-8',
    xunknown: 'windows-1252',
    unknown: 'windows-1252',
    unknown8bit: 'windows-1252',
    default: 'windows-1252',
  }),
);

/** Names that iconv-lite knows and that are not charsets: bytes would come out as hex digits. */
const NOT_CHARSETS = new Set(['base64', 'hex', 'binary', 'internal']);
const letters = (name: string) => name.replace(/[^a-z0-9]/g, '');
const MULTI_BYTE =
  /^(utf-?(7|16|32)|utf7|ucs-?2|gb|hz|big5|shift|sjis|euc|cp9(32|36|49|50)|windows-(31j|949|936)|iso-2022)/;

/** The bytes as text. `label` is the charset as the mail names it; null when it names none. */
export function decodeCharset(bytes: Uint8Array, label: string | null): DecodedText {
  const charset = canonicalCharset(label);
  if (charset === 'utf-8') return decodeUtf8(bytes);
  if (!MULTI_BYTE.test(charset)) {
    if (isAscii(bytes)) return { value: Buffer.from(bytes).toString('latin1'), isEncodingProblem: false };
    if (looksUtf8(bytes)) return decodeUtf8(bytes);
  }
  const known = charset === 'iso-2022-jp' || isKnown(charset);
  const value =
    charset === 'iso-2022-jp' ? decodeJis(bytes) : decodeIconv(bytes, known ? charset : 'windows-1252');
  const broken = value.includes('\ufffd');
  // A multi-byte label that does not fit over bytes that are UTF-8: the label lies.
  if (broken && looksUtf8(bytes)) return decodeUtf8(bytes);
  return { value, isEncodingProblem: broken || !known };
}

function canonicalCharset(label: string | null): string {
  // `utf-8*en` and quotes are seen in the wild.
  const name = (label ?? 'us-ascii').trim().toLowerCase().replace(/["']/g, '').replace(/\*.*$/, '');
  if (name.startsWith('iso-2022-jp')) return 'iso-2022-jp';
  return ALIASES.get(letters(name)) ?? name;
}

/** A code page of Windows, as TNEF and RTF name it. */
export function charsetOfCodepage(codepage: number): string {
  if (codepage === 65001) return 'utf-8';
  return codepage >= 1250 && codepage <= 1258 ? `windows-${codepage}` : `cp${codepage}`;
}

function isKnown(charset: string): boolean {
  return !NOT_CHARSETS.has(letters(charset)) && charset.length < 40 && iconv.encodingExists(charset);
}

/** Valid UTF-8 with at least one character beyond ASCII; the last may be cut off, as in the first 2 KB of a part. */
function looksUtf8(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && ((bytes[end - 1] as number) & 0xc0) === 0x80) end -= 1;
  const whole = isUtf8(bytes) ? bytes : bytes.subarray(0, Math.max(0, end - 1));
  return !isAscii(whole) && isUtf8(whole);
}

/** To make one costs more than a letter takes it. */
const UTF8 = new TextDecoder('utf-8');

function decodeUtf8(bytes: Uint8Array): DecodedText {
  return { value: UTF8.decode(bytes), isEncodingProblem: !isUtf8(bytes) };
}

function decodeIconv(bytes: Uint8Array, charset: string): string {
  return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), charset);
}

function decodeJis(bytes: Uint8Array): string {
  return Encoding.convert(bytes, { to: 'UNICODE', from: 'JIS', type: 'string' });
}

/** Text as bytes of an old charset: the demo mailbox and generated mail are written so, what Gatepost sends is UTF-8. */
export function encodeCharset(text: string, label: string): Buffer {
  const charset = canonicalCharset(label);
  if (charset === 'iso-2022-jp') {
    return Buffer.from(Encoding.convert(Encoding.stringToCode(text), { to: 'JIS', from: 'UNICODE' }));
  }
  return iconv.encode(text, charset);
}
