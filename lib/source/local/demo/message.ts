/** The form in which the demo's mail is written down, and how it becomes a message. Times are relative: the demo is never old. */
import type { EmailAddress, MailboxRole } from '@/lib/jmap/types';
import { encodeCharset } from '@/lib/mime/charset';
import { composeEmail } from '@/lib/mime/compose';
import type { HeaderSpec, PartSpec } from '@/lib/mime/spec';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface DemoFile {
  name: string;
  type: string;
  content: Buffer;
  /** Shown in the HTML by `cid:`. */
  cid?: string;
}

export interface DemoMessage {
  /** Its Message-ID, and what others reply to. */
  id: string;
  inReplyTo?: string;
  references?: string[];
  /** Milliseconds before now. */
  ago: number;
  from: EmailAddress;
  to: EmailAddress[];
  cc?: EmailAddress[];
  subject: string | null;
  text?: string;
  html?: string;
  files?: DemoFile[];
  /** Written in this charset instead of UTF-8. */
  charset?: string;
  headers?: Record<string, string>;
  mailbox?: MailboxRole;
  keywords?: string[];
}

const HOST = 'example.org';

export async function toRaw(message: DemoMessage, now: number): Promise<Buffer> {
  return composeEmail({ headers: headersOf(message, now), body: bodyOf(message), hostname: HOST });
}

function headersOf(message: DemoMessage, now: number): HeaderSpec[] {
  const { from, to, cc, inReplyTo, references } = message;
  const ids = (value: string[]): HeaderSpec['value'] & string[] => value.map((id) => `${id}@${HOST}`);
  const headers: HeaderSpec[] = [
    { name: 'From', form: 'addresses', value: [from] },
    { name: 'To', form: 'addresses', value: to },
    { name: 'Date', form: 'date', value: `${new Date(now - message.ago).toISOString().slice(0, 19)}Z` },
    { name: 'Message-ID', form: 'messageIds', value: ids([message.id]) },
  ];
  if (cc) headers.push({ name: 'Cc', form: 'addresses', value: cc });
  if (message.subject !== null) headers.push(subjectOf(message.subject, message.charset));
  if (inReplyTo) headers.push({ name: 'In-Reply-To', form: 'messageIds', value: ids([inReplyTo]) });
  const thread = references ?? (inReplyTo ? [inReplyTo] : []);
  if (thread.length > 0) headers.push({ name: 'References', form: 'messageIds', value: ids(thread) });
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    headers.push({ name, form: 'raw', value: ` ${value}` });
  }
  return headers;
}

/** RFC 2047 by hand: the composer itself writes UTF-8 only. A word holds 45 bytes at most, so few characters each. */
function subjectOf(subject: string, charset: string | undefined): HeaderSpec {
  if (!charset) return { name: 'Subject', form: 'text', value: subject };
  const words = subject.match(/.{1,12}/gu) ?? [];
  const encoded = words.map((word) => `=?${charset}?B?${encodeCharset(word, charset).toString('base64')}?=`);
  return { name: 'Subject', form: 'raw', value: ` ${encoded.join('\r\n ')}` };
}

function bodyOf({ text, html, files = [], charset }: DemoMessage): PartSpec {
  const inline = files.filter(({ cid }) => cid);
  const attached = files.filter(({ cid }) => !cid);
  const texts: PartSpec[] = [];
  if (text !== undefined || html === undefined) texts.push(textPart('text/plain', text ?? '', charset));
  if (html !== undefined) {
    const page = textPart('text/html', html, charset);
    texts.push(
      inline.length > 0 ? { type: 'multipart/related', parts: [page, ...inline.map(filePart)] } : page,
    );
  }
  const [only] = texts;
  const body = texts.length === 1 && only ? only : { type: 'multipart/alternative', parts: texts };
  if (attached.length === 0) return body;
  return { type: 'multipart/mixed', parts: [body, ...attached.map(filePart)] };
}

function textPart(type: string, content: string, charset: string | undefined): PartSpec {
  if (!charset) return { type, content };
  return { type, content: encodeCharset(content.replace(/\r?\n/g, '\r\n'), charset), charset };
}

function filePart({ name, type, content, cid }: DemoFile): PartSpec {
  return { type, content, name, disposition: cid ? 'inline' : 'attachment', ...(cid ? { cid } : {}) };
}
