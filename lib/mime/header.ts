/** Header blocks and the forms in which JMAP shows their fields (RFC 8621 §4.1.2). */
import { isAscii, isUtf8 } from 'node:buffer';
import { asAddresses, asGroupedAddresses } from './address';
import { asDate } from './date';
import { MAX_HEADER, MAX_LIST } from './limits';
import { parseStructured } from './params';
import type { EmailHeaders } from './types';
import { cleanText, decodeWords, headerText } from './words';

export { asAddresses, asDate, asGroupedAddresses };

export interface HeaderField {
  /** As written in the message. */
  name: string;
  /** RFC 8621's Raw form: folding kept, no NUL, what is not UTF-8 replaced. */
  rawValue: string;
  /** The same with 8-bit bytes read in the message's own charset: what the other forms are made from. */
  value: string;
}

/** The fields in their order. Reads until the first empty line, at most MAX_HEADER bytes; lines without a colon are skipped. */
export function parseHeaderBlock(block: Buffer): HeaderField[] {
  const header = readHeader(block);
  return header.fields.map(({ name, start, end }) => ({
    name,
    rawValue: header.bytes.toString('utf8', start, end).replaceAll('\0', ''),
    value: header.read(start, end),
  }));
}

/** Only fields whose lower-case name is `wanted`, under that name: a digest of a thousand mails reads a third of them. */
export function headerValues(
  block: Buffer,
  wanted: (name: string) => boolean,
): { name: string; value: string }[] {
  const { fields, read } = readHeader(block);
  const values: { name: string; value: string }[] = [];
  for (const { name: written, start, end } of fields) {
    const name = written.toLowerCase();
    if (wanted(name)) values.push({ name, value: read(start, end) });
  }
  return values;
}

interface Written {
  name: string;
  /** Of its value. */
  start: number;
  end: number;
}

/** One text for the whole block: a Buffer for each field and line costs more than all the rest. */
function readHeader(block: Buffer) {
  const bytes = block.subarray(0, MAX_HEADER);
  const text = bytes.toString('latin1');
  const fields = splitFields(text);
  const isPlain = isAscii(bytes);
  const charset = isPlain ? null : charsetOf(bytes, fields);
  const read = (start: number, end: number) =>
    (isPlain ? text.slice(start, end) : headerText(bytes.subarray(start, end), charset)).replaceAll('\0', '');
  return { bytes, fields, read };
}

function charsetOf(bytes: Buffer, fields: Written[]): string | null {
  // Only what is not UTF-8 asks for it.
  if (fields.every(({ start, end }) => isUtf8(bytes.subarray(start, end)))) return null;
  const type = fields.find(({ name }) => name.toLowerCase() === 'content-type');
  if (!type) return null;
  return parseStructured(bytes.toString('latin1', type.start, type.end)).params.charset ?? null;
}

/** The colon of the same line: none may be far away. */
const NAME = /([!-9;-~]+)[^\S\n]*:/y;

function splitFields(text: string): Written[] {
  const fields: Written[] = [];
  for (let at = 0; at < text.length; ) {
    const lf = text.indexOf('\n', at);
    const next = lf < 0 ? text.length : lf + 1;
    let end = lf < 0 ? text.length : lf;
    if (end > at && text[end - 1] === '\r') end -= 1;
    if (end === at) break;
    const last = fields.at(-1);
    if (text[at] === ' ' || text[at] === '\t') {
      if (last) last.end = end;
    } else {
      NAME.lastIndex = at;
      const name = NAME.exec(text)?.[1];
      // A line that is no field ends nothing: what follows it is still header (mbox `From `, broken gateways).
      if (name !== undefined) fields.push({ name, start: NAME.lastIndex, end });
    }
    at = next;
  }
  return fields;
}

/** RFC 8621 §4.1.2.2: unfolded, decoded, NFC. */
export function asText(value: string): string {
  return cleanText(decodeWords(value.replace(/\r?\n/g, '')));
}

/** RFC 8621 §4.1.2.5: ids without angle brackets; null when there is none. */
export function asMessageIds(value: string): string[] | null {
  const ids = bracketed(value);
  if (ids) return ids;
  // Mailers that leave the brackets out: a single token with an @.
  const bare = value.trim();
  return /^[^\s<>]{1,998}$/.test(bare) && bare.includes('@') ? [bare] : null;
}

/** RFC 8621 §4.1.2.7 (RFC 2369): the URLs in angle brackets; null when there is none. */
export function asURLs(value: string): string[] | null {
  return bracketed(value);
}

function bracketed(value: string): string[] | null {
  const items: string[] = [];
  for (let at = 0; items.length < MAX_LIST; ) {
    const open = value.indexOf('<', at);
    const close = open < 0 ? -1 : value.indexOf('>', open);
    if (close < 0) break;
    const item = value.slice(open + 1, close).replace(/[\s<]+/g, '');
    if (item !== '') items.push(item);
    at = close + 1;
  }
  return items.length > 0 ? items : null;
}

const SHOWN = new Set(
  'subject from sender reply-to to cc bcc date message-id in-reply-to references'.split(' '),
);

/** What the list shows. Of a field that stands twice the last counts (RFC 8621 §4.1.3). */
export function emailHeaders(block: Buffer): EmailHeaders {
  const fields = headerValues(block, (name) => SHOWN.has(name));
  const last = new Map(fields.map(({ name, value }) => [name, value]));
  const form = <T>(name: string, read: (value: string) => T): T | null => {
    const value = last.get(name);
    return value === undefined ? null : read(value);
  };
  return {
    subject: form('subject', asText),
    from: form('from', asAddresses),
    sender: form('sender', asAddresses),
    replyTo: form('reply-to', asAddresses),
    to: form('to', asAddresses),
    cc: form('cc', asAddresses),
    bcc: form('bcc', asAddresses),
    sentAt: form('date', asDate),
    messageId: form('message-id', asMessageIds),
    inReplyTo: form('in-reply-to', asMessageIds),
    references: form('references', asMessageIds),
  };
}
