/** What the index wants to know of a message, read once from its bytes when it is stored. */
import { ProtocolError } from '@/lib/errors';
import { bodyParts } from '@/lib/mime/body-structure';
import { emailHeaders } from '@/lib/mime/header';
import { htmlToText } from '@/lib/mime/html-text';
import { previewOf } from '@/lib/mime/preview';
import { decodeText } from '@/lib/mime/text';
import type { EmailHeaders, MimePart, PartSpan } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import { htmlToTextSafely } from '@/lib/mime/worker-pool';

/** Of larger messages only so much is looked at: structure beyond is one part that goes to the end (security.md S28). */
export const MAX_DIGEST = 32 * 1024 ** 2;
/** Characters of body text that search finds; the index takes no more. */
const MAX_SEARCH_TEXT = 64 * 1024;
/** Stored bytes of one text part that are decoded for it. */
const MAX_TEXT_PART = 256 * 1024;
/** Longer HTML goes to the worker. */
const HTML_IN_PLACE = 64 * 1024;
const PREVIEW_BYTES = 16 * 1024;

export interface Digest {
  headers: EmailHeaders;
  structure: MimePart;
  spans: Map<string, PartSpan>;
  preview: string;
  text: string;
}

/** `raw`: the message, or its first MAX_DIGEST bytes; `size`: of the whole. */
export async function digest(raw: Buffer, size: number): Promise<Digest> {
  const { root, spans } = await walkOrWhole(raw);
  if (size > raw.length) reachEnd(root, spans, raw.length, size);
  const headers = emailHeaders(raw.subarray(0, rootSpan(spans).bodyStart));
  const texts = bodyParts(root).textBody.filter((part) => part.type.startsWith('text/'));
  const bytesOf = (part: MimePart, limit: number) => {
    const span = spans.get(part.path);
    if (!span) return Buffer.alloc(0);
    return raw.subarray(span.bodyStart, Math.min(span.end, span.bodyStart + limit));
  };
  const first = texts[0];
  const preview = first ? previewOf(first, bytesOf(first, PREVIEW_BYTES)) : '';
  let text = '';
  for (const part of texts) {
    if (text.length >= MAX_SEARCH_TEXT) break;
    text += `${await wordsOf(part, bytesOf(part, MAX_TEXT_PART))}\n`;
  }
  return { headers, structure: root, spans, preview, text: text.slice(0, MAX_SEARCH_TEXT) };
}

async function wordsOf(part: MimePart, bytes: Buffer): Promise<string> {
  const { value } = decodeText(bytes, part);
  if (part.type !== 'text/html') return value;
  if (value.length <= HTML_IN_PLACE) return htmlToText(value, { limit: MAX_SEARCH_TEXT });
  return htmlToTextSafely(value).catch((error) => {
    // Not found by its words then; everything else of it works.
    if (error instanceof ProtocolError) return '';
    throw error;
  });
}

/** The root is '' when it is a multipart, else '1'. */
export function rootSpan(spans: Map<string, PartSpan>): PartSpan {
  return spans.get('') ?? spans.get('1') ?? { headerStart: 0, bodyStart: 0, end: 0 };
}

/** Parts that were cut off by the end of what was read go on to the end of the message. */
function reachEnd(part: MimePart, spans: Map<string, PartSpan>, read: number, size: number): void {
  const span = spans.get(part.path);
  if (span?.end === read) {
    span.end = size;
    if (!part.parts) part.size = size - span.bodyStart;
  }
  for (const child of part.parts ?? []) reachEnd(child, spans, read, size);
}

/** Enough for the fields that a server puts on top. */
const ARRIVAL_BYTES = 16 * 1024;

/** When the last server on the way took it (RFC 5321 §4.4: the topmost Received), else Date; never later than `now`. */
export function arrivalOf(raw: Buffer, now: number): number {
  const top = raw.toString('latin1', 0, ARRIVAL_BYTES);
  const header = top.slice(0, top.search(/\r?\n\r?\n|$/));
  const received = field(header, 'received');
  for (const text of [received?.slice(received.lastIndexOf(';') + 1), field(header, 'date')]) {
    const time = text ? Date.parse(text.replace(/\([^()]*\)/g, ' ').trim()) : Number.NaN;
    // A clock that runs ahead must not pin a mail to the top of the list (security.md R25).
    if (Number.isFinite(time) && time > 0) return Math.min(time, now);
  }
  return now;
}

/** The first of its name, unfolded; cheaper than reading the whole header for the sake of one field. */
function field(header: string, name: string): string | undefined {
  const start = new RegExp(`^${name}[ \\t]*:`, 'im').exec(header);
  if (!start) return undefined;
  const rest = header.slice(start.index + start[0].length);
  const end = rest.search(/\n(?![ \t])/);
  return (end < 0 ? rest : rest.slice(0, end)).replace(/\r?\n/g, '');
}
