/** Structured MIME headers, `value; name=value; ...` (RFC 2045 §5.1), with RFC 2231 continuations and charsets. */
import { decodeCharset } from './charset';
import { decodeWords } from './words';

export interface StructuredValue {
  /** Lower case. */
  value: string;
  /** Decoded, lower-case names; the first of a name counts. */
  params: Record<string, string>;
}

const MAX_PARAMS = 200;

export function parseStructured(header: string): StructuredValue {
  const [first = '', ...rest] = splitParams(header);
  const raw: Record<string, string> = {};
  for (const item of rest.slice(0, MAX_PARAMS)) {
    const equals = item.indexOf('=');
    if (equals < 1) continue;
    const name = item.slice(0, equals).trim().toLowerCase();
    const value = item.slice(equals + 1).trim();
    if (!Object.hasOwn(raw, name)) raw[name] = NAMES.test(name) ? unquote(value) : token(value);
  }
  return { value: first.trim().toLowerCase(), params: decodeParams(raw) };
}

/** Splits at `;` outside quotes; comments are dropped. One pass. */
function splitParams(header: string): string[] {
  const items: string[] = [];
  let item = '';
  let quoted = false;
  let comment = 0;
  let inValue = false;
  for (let i = 0; i < header.length; i += 1) {
    const char = header[i] as string;
    if (char === '\\' && (quoted || comment > 0)) {
      if (comment === 0) item += char + (header[i + 1] ?? '');
      i += 1;
    } else if (comment > 0) comment += char === '(' ? 1 : char === ')' ? -1 : 0;
    else if (char === '(' && !quoted && !inValue) comment = 1;
    else if (char === ';' && !quoted) {
      items.push(item);
      item = '';
      inValue = false;
    } else {
      // `name=report(1).pdf`: after the `=` a parenthesis is no comment.
      if (char === '=') inValue = true;
      if (char === '"') quoted = !quoted;
      item += char;
    }
  }
  items.push(item);
  return items;
}

/** File names are written with blanks and without quotes, nothing else is. */
const NAMES = /^(file)?name\b/;

/** `charset=utf-8 format=flowed`: a blank ends what is not quoted, a quote what is. */
function token(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)/s.exec(value)?.[1];
  return quoted?.replace(/\\(.)/gs, '$1') ?? value.replace(/\s.*$/s, '');
}

function unquote(value: string): string {
  // `charset=utf-8 (a comment)`; in `name=report (1).pdf` it is none.
  if (!value.startsWith('"')) return value.replace(/\s\([^()]*\)$/, '').trimEnd();
  const end = value.length > 1 && value.endsWith('"') ? -1 : undefined;
  return value.slice(1, end).replace(/\\(.)/gs, '$1');
}

/**
 * RFC 2231: `name*0*=utf-8''%D0%B0` and `name*1=b` become `name`. Raw parameters as an IMAP server lists them are
 * taken too. Encoded words in a value are forbidden and common: decoded.
 */
export function decodeParams(raw: Record<string, string>): Record<string, string> {
  const params: Record<string, string> = {};
  const pieces = new Map<string, { index: number; encoded: boolean; value: string }[]>();
  for (const [key, value] of Object.entries(raw)) {
    const lower = key.toLowerCase();
    const match = lower.includes('*') ? /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/.exec(lower) : null;
    if (!match) {
      params[lower] = decodeWords(value);
      continue;
    }
    const name = match[1] as string;
    const piece = {
      index: Number(match[2] ?? 0),
      encoded: match[2] === undefined || match[3] === '*',
      value,
    };
    pieces.set(name, [...(pieces.get(name) ?? []), piece]);
  }
  for (const [name, list] of pieces) params[name] = joinPieces(list);
  return params;
}

function joinPieces(list: { index: number; encoded: boolean; value: string }[]): string {
  list.sort((a, b) => a.index - b.index);
  const [, charset, rest] = /^([^']*)'[^']*'(.*)$/s.exec(list[0]?.value ?? '') ?? [];
  const labelled = list[0]?.encoded && rest !== undefined;
  // All bytes are joined before decoding: a character may be split between two pieces.
  const bytes = list.map((piece, i) => {
    const value = i === 0 && labelled ? (rest as string) : piece.value;
    return piece.encoded ? percentBytes(value) : Buffer.from(value, 'utf8');
  });
  return decodeCharset(Buffer.concat(bytes), labelled && charset ? charset : null).value;
}

function percentBytes(value: string): Buffer {
  const input = Buffer.from(value, 'utf8');
  const out = Buffer.allocUnsafe(input.length);
  let length = 0;
  for (let i = 0; i < input.length; i += 1) {
    const hex = input[i] === 0x25 ? input.toString('latin1', i + 1, i + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else out[length++] = input[i] as number;
  }
  return out.subarray(0, length);
}
