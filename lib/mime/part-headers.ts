/** The Content-* headers of a part that we write (RFC 2045, 2183, 2231). */
import { RequestError } from '@/lib/errors';
import { encodeHeader, encodeWords, foldLine } from './encode-header';
import { displayName, encodeExtended } from './names';
import type { PartSpec } from './spec';

const TOKEN = /^[A-Za-z0-9!#$&^_.+-]{1,127}$/;
/** Characters of one RFC 2231 piece: with its name and line start it stays under 78. */
const PIECE = 50;

/** The header lines without the empty line that ends them. @throws invalidProperties */
export function partHeaders(
  part: PartSpec,
  type: string,
  encoding: string | null,
  params: Record<string, string>,
): string {
  const { disposition, cid, language, location } = part;
  const name = part.name ? displayName(part.name) : '';
  let out = field('Content-Type', mediaType(type), [
    ...Object.entries(params).map(parameter),
    ...typeName(name),
  ]);
  if (encoding) out += `Content-Transfer-Encoding: ${encoding}\r\n`;
  if (disposition || name) {
    const value = checked('disposition', disposition || 'attachment', TOKEN);
    out += field('Content-Disposition', value, name ? extended('filename', name) : []);
  }
  if (cid) out += encodeHeader({ name: 'Content-ID', form: 'messageIds', value: [cid] });
  if (language?.length) {
    const tags = language.map((tag) => checked('language', tag, /^[A-Za-z0-9-]{1,60}$/));
    out += foldLine(`Content-Language: ${tags.join(', ')}`).concat('\r\n');
  }
  if (location) out += `Content-Location: ${checked('location', location, /^[!-~]{1,900}$/)}\r\n`;
  for (const header of part.headers ?? []) out += encodeHeader(ownHeader(header));
  return out;
}

function field(name: string, value: string, params: string[]): string {
  return `${[`${name}: ${value}`, ...params].join(';\r\n ')}\r\n`;
}

function mediaType(type: string): string {
  const [main = '', sub = '', ...rest] = type.split('/');
  if (rest.length > 0 || !TOKEN.test(main) || !TOKEN.test(sub)) throw refused('type');
  return type.toLowerCase();
}

function parameter([name, value]: [string, string]): string {
  if (/[^\x20-\x7e]/.test(value) || value.length > 200) throw refused(name);
  return TOKEN.test(value) ? `${name}=${value}` : `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
}

/** Outlook and others look for the name in Content-Type, as an encoded word. */
function typeName(name: string): string[] {
  if (name === '') return [];
  const isPlain = /^[\x20-\x7e]*$/.test(name) && name.length <= 60;
  return [isPlain ? parameter(['name', name]) : `name="${encodeWords(name).replaceAll(' ', '\r\n ')}"`];
}

/** RFC 2231 §3, §4: percent-encoded UTF-8, in numbered pieces when it is long. */
function extended(name: string, value: string): string[] {
  if (/^[\x20-\x7e]*$/.test(value) && value.length <= 60) return [parameter([name, value])];
  const units = encodeExtended(value).match(/%[0-9A-F]{2}|[^%]/g) ?? [];
  const pieces: string[] = [''];
  for (const unit of units) {
    if ((pieces.at(-1) ?? '').length + unit.length > PIECE) pieces.push('');
    pieces[pieces.length - 1] += unit;
  }
  if (pieces.length === 1) return [`${name}*=utf-8''${pieces[0]}`];
  return pieces.map((piece, i) => `${name}*${i}*=${i === 0 ? "utf-8''" : ''}${piece}`);
}

/** RFC 8621 §4.6: the transfer encoding is ours to choose. What the fields above set may not come twice. */
function ownHeader<T extends { name: string }>(header: T): T {
  if (/^content-(type|transfer-encoding|disposition|id|language|location)$/i.test(header.name))
    throw refused(header.name);
  return header;
}

function checked(property: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw refused(property);
  return value;
}

function refused(property: string): RequestError {
  return new RequestError('invalidProperties', 'A part property holds what may not stand there', {
    params: { property: property.slice(0, 100) },
  });
}
