/** Header blocks and the forms in which JMAP shows their fields (RFC 8621 §4.1.2). */
import { isUtf8 } from 'node:buffer';
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
  const fields = splitFields(block.subarray(0, MAX_HEADER));
  const charset = charsetOf(fields);
  return fields.map(({ name, bytes }) => ({
    name,
    rawValue: bytes.toString('utf8').replaceAll('\0', ''),
    value: headerText(bytes, charset).replaceAll('\0', ''),
  }));
}

/** Only fields whose lower-case name is `wanted`, under that name: a digest of a thousand mails reads a third of them. */
export function headerValues(
  block: Buffer,
  wanted: (name: string) => boolean,
): { name: string; value: string }[] {
  const fields = splitFields(block.subarray(0, MAX_HEADER));
  const charset = charsetOf(fields);
  return fields.flatMap(({ name: written, bytes }) => {
    const name = written.toLowerCase();
    return wanted(name) ? [{ name, value: headerText(bytes, charset).replaceAll('\0', '') }] : [];
  });
}

function charsetOf(fields: { name: string; bytes: Buffer }[]): string | null {
  // Only what is not UTF-8 asks for it.
  if (fields.every(({ bytes }) => isUtf8(bytes))) return null;
  const type = fields.find(({ name }) => name.toLowerCase() === 'content-type');
  return type ? (parseStructured(type.bytes.toString('latin1')).params.charset ?? null) : null;
}

function splitFields(block: Buffer): { name: string; bytes: Buffer }[] {
  const fields: { name: string; start: number; end: number }[] = [];
  for (let at = 0; at < block.length; ) {
    const lf = block.indexOf(0x0a, at);
    const next = lf < 0 ? block.length : lf + 1;
    let end = lf < 0 ? block.length : lf;
    if (end > at && block[end - 1] === 0x0d) end -= 1;
    if (end === at) break;
    const last = fields.at(-1);
    if (block[at] === 0x20 || block[at] === 0x09) {
      if (last) last.end = end;
    } else {
      const colon = block.subarray(at, end).indexOf(0x3a);
      const name = colon > 0 ? block.toString('latin1', at, at + colon).trimEnd() : '';
      // A line that is no field ends nothing: what follows it is still header (mbox `From `, broken gateways).
      if (/^[!-9;-~]+$/.test(name)) fields.push({ name, start: at + colon + 1, end });
    }
    at = next;
  }
  return fields.map(({ name, start, end }) => ({ name, bytes: block.subarray(start, end) }));
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
