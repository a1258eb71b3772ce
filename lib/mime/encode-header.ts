/** Header fields written: RFC 2047 words, addresses, folding. Nothing a caller gives can start another line (security.md S17). */
import { domainToASCII } from 'node:url';
import { RequestError } from '@/lib/errors';
import type { EmailAddress } from '@/lib/jmap/types';
import { formatDate } from './format-date';
import type { HeaderSpec } from './spec';
import type { EmailAddressGroup } from './types';

/** RFC 5322 §2.1.1: lines should be at most 78 characters. */
const FOLD = 76;
const MAX_LINE = 998;
/** RFC 2047 §2: an encoded word is at most 75 characters; 45 bytes are 60 in base64, `=?utf-8?B??=` are 12. */
const WORD_BYTES = 45;

/** The field with its line end. @throws invalidProperties */
export function encodeHeader(spec: HeaderSpec): string {
  if (!/^[!-9;-~]{1,100}$/.test(spec.name)) throw refused(spec.name);
  if (spec.form === 'raw') return `${spec.name}:${rawValue(spec.name, spec.value)}\r\n`;
  return `${foldLine(`${spec.name}: ${encodeValue(spec)}`)}\r\n`;
}

function encodeValue(spec: HeaderSpec): string {
  switch (spec.form) {
    case 'raw':
    case 'text':
      return encodeText(plain(spec.name, spec.value));
    case 'date':
      return formatDate(spec.value) ?? refuse(spec.name);
    case 'addresses':
      return spec.value.map((address) => encodeAddress(spec.name, address)).join(', ');
    case 'groupedAddresses':
      return spec.value
        .map((group) => encodeGroup(spec.name, group))
        .filter(Boolean)
        .join(', ');
    case 'messageIds':
      return spec.value.map((id) => `<${token(spec.name, id)}>`).join(' ');
    case 'urls':
      return spec.value.map((url) => `<${token(spec.name, url)}>`).join(', ');
  }
}

/** Raw (RFC 8621 §4.1.2.1): ASCII or UTF-8; a line end only as folding; no line too long. A leading blank is the caller's. */
function rawValue(name: string, value: string): string {
  const lines = value.split(/\r?\n/);
  // A continuation starts with a blank and holds more than blanks: else it would end the field or the header.
  const isFolded = lines.slice(1).every((line) => /^[ \t]/.test(line) && line.trim() !== '');
  const isClean = lines.every((line) => !/\p{Cc}/u.test(line.replaceAll('\t', '')));
  if (!isFolded || !isClean || lines.some((line) => Buffer.byteLength(line) > MAX_LINE - 102))
    throw refused(name);
  return lines.join('\r\n');
}

function plain(name: string, text: string): string {
  if (/[\r\n\0]/.test(text)) throw refused(name);
  return text;
}

/** Ids, URLs and addresses: no blanks, no control characters, no angle brackets. */
function token(name: string, value: string): string {
  if (value === '' || /[\p{Cc}\s<>]/u.test(value) || Buffer.byteLength(value) > 900) throw refused(name);
  return value;
}

/** ASCII stays as it is; else encoded words. */
function encodeText(text: string): string {
  // A literal `=?` would be decoded by the reader; a word longer than a line cannot be folded.
  const needsWords = /[^\x20-\x7e]|=\?/.test(text) || /\S{800}| {100}/.test(text) || /^\s|\s$/.test(text);
  return needsWords ? encodeWords(text) : text;
}

/** UTF-8 words, each with whole characters, parted by blanks (RFC 2047 §5). */
export function encodeWords(text: string): string {
  const words: string[] = [];
  let chunk = '';
  for (const char of text) {
    if (Buffer.byteLength(chunk) + Buffer.byteLength(char) > WORD_BYTES) {
      words.push(chunk);
      chunk = '';
    }
    chunk += char;
  }
  if (chunk !== '') words.push(chunk);
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

function encodeGroup(header: string, group: EmailAddressGroup): string {
  const addresses = group.addresses.map((address) => encodeAddress(header, address)).join(', ');
  return group.name === null ? addresses : `${encodePhrase(header, group.name)}: ${addresses};`;
}

function encodeAddress(header: string, { name, email }: EmailAddress): string {
  const address = encodeAddrSpec(header, email);
  const phrase = encodePhrase(header, name ?? '');
  return phrase === ''
    ? /^[\w.!#$%&'*+/=?^`{|}~@-]+$/.test(address)
      ? address
      : `<${address}>`
    : `${phrase} <${address}>`;
}

/** Domains go out as A-labels; a local part that is not ASCII stays UTF-8 and needs SMTPUTF8 (RFC 6532). */
function encodeAddrSpec(header: string, email: string): string {
  const at = email.lastIndexOf('@');
  const [local, domain] = at < 0 ? [email, ''] : [email.slice(0, at), email.slice(at + 1)];
  const isQuoted = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u.test(local);
  if (!isQuoted && /[\s,;:<>()[\]"\\]/.test(local)) throw refused(header);
  if (/[\p{Cc}\s,;<>()"\\@]/u.test(domain) || /\p{Cc}/u.test(email) || email.length > 900)
    throw refused(header);
  const ascii = /[^\x20-\x7e]/.test(domain) ? domainToASCII(domain) : domain;
  if (local === '' && domain === '') throw refused(header);
  return at < 0 ? local : `${local}@${ascii || refuse(header)}`;
}

/** A display name: atoms as they are, specials quoted, the rest in words. */
function encodePhrase(header: string, name: string): string {
  const text = plain(header, name).trim();
  if (text === '' || /^[\w!#$%&'*+/=?^`{|}~ -]+$/.test(text) === false) {
    if (text === '') return '';
    const quotable = /^[\x20-\x7e]*$/.test(text) && !text.includes('=?') && text.length < 60;
    return quotable ? `"${text.replace(/["\\]/g, '\\$&')}"` : encodeWords(text);
  }
  return encodeText(text) === text && text.length < 900 ? text : encodeWords(text);
}

/** Folded at blanks (RFC 5322 §2.2.3); what has no blank stays long, and callers bound it. */
export function foldLine(line: string): string {
  if (line.length <= FOLD) return line;
  const lines: string[] = [];
  let start = 0;
  let lastBlank = -1;
  for (let i = 0; i < line.length; i += 1) {
    if (line[i] === ' ' && line[i - 1] !== ' ' && i > start) {
      if (i - start > FOLD && lastBlank > start) {
        lines.push(line.slice(start, lastBlank));
        start = lastBlank;
      }
      lastBlank = i;
    }
  }
  if (line.length - start > FOLD && lastBlank > start) {
    lines.push(line.slice(start, lastBlank));
    start = lastBlank;
  }
  lines.push(line.slice(start));
  return lines.join('\r\n');
}

function refused(header: string): RequestError {
  return new RequestError('invalidProperties', 'A header value holds what may not stand there', {
    params: { property: header.slice(0, 100) },
  });
}

function refuse(header: string): never {
  throw refused(header);
}
