/** What the index wants to know of a message, read once from its bytes when it is stored. */
import { bodyParts } from './body-structure';
import { emailHeaders } from './header';
import { htmlToText } from './html-text';
import { previewOf } from './preview';
import { wordsOf } from './search-words';
import { decodeText } from './text';
import type { EmailHeaders, MimePart, MimeTree, PartSpan } from './types';
import { walkMime } from './walk';

/** Characters of body text that search finds; the index takes no more. */
export const MAX_SEARCH_TEXT = 64 * 1024;
/** Stored bytes of one text part that are decoded for it. */
const MAX_TEXT_PART = 256 * 1024;
const PREVIEW_BYTES = 16 * 1024;

export interface Digest {
  headers: EmailHeaders;
  structure: MimePart;
  spans: Map<string, PartSpan>;
  preview: string;
  /** What search finds it by: words of its body, parted by spaces. */
  words: string;
}

/** A text part that is yet to be read for its words. */
export interface TextPart {
  isHtml: boolean;
  value: string;
}

/** Of messages that need no watching: small ones. */
export function digestSmall(raw: Buffer): Digest {
  const { texts, ...rest } = digestTree(raw, raw.length, walkMime(raw));
  let text = '';
  for (const part of texts) {
    if (text.length >= MAX_SEARCH_TEXT) break;
    text += `${textOf(part)}\n`;
  }
  return { ...rest, words: wordsOf(text.slice(0, MAX_SEARCH_TEXT)).join(' ') };
}

/**
 * Of many small messages that lie one after the other, as one text: between threads that costs a quarter of what the
 * same objects cost.
 */
export function packedDigests(messages: Buffer, ends: number[]): string {
  const digests = ends.map((end, index) => digestSmall(messages.subarray(ends[index - 1] ?? 0, end)));
  return JSON.stringify(digests.map((digest) => ({ ...digest, spans: [...digest.spans] })));
}

export function unpackDigests(text: string): Digest[] {
  const digests = JSON.parse(text) as (Omit<Digest, 'spans'> & { spans: [string, PartSpan][] })[];
  return digests.map((digest) => ({ ...digest, spans: new Map(digest.spans) }));
}

/** `raw`: the message, or its beginning; `size`: of the whole. */
export function digestTree(
  raw: Buffer,
  size: number,
  { root, spans }: MimeTree,
): Omit<Digest, 'words'> & { texts: Iterable<TextPart> } {
  if (size > raw.length) reachEnd(root, spans, raw.length, size);
  const texts = bodyParts(root).textBody.filter((part) => part.type.startsWith('text/'));
  const bytesOf = (part: MimePart, limit: number) => {
    const span = spans.get(part.path);
    if (!span) return Buffer.alloc(0);
    return raw.subarray(span.bodyStart, Math.min(span.end, span.bodyStart + limit));
  };
  const first = texts[0];
  return {
    headers: emailHeaders(raw.subarray(0, rootSpan(spans).bodyStart)),
    structure: root,
    spans,
    preview: first ? previewOf(first, bytesOf(first, PREVIEW_BYTES)) : '',
    texts: decoded(texts, (part) => bytesOf(part, MAX_TEXT_PART)),
  };
}

/** One at a time: most messages have enough in the first. */
function* decoded(parts: MimePart[], bytesOf: (part: MimePart) => Buffer): Generator<TextPart> {
  for (const part of parts) {
    yield { isHtml: part.type === 'text/html', value: decodeText(bytesOf(part), part).value };
  }
}

export function textOf({ isHtml, value }: TextPart): string {
  return isHtml ? htmlToText(value, { limit: MAX_SEARCH_TEXT }) : value;
}

/** The root is '' when it is a multipart, else '1'. */
export function rootSpan(spans: ReadonlyMap<string, PartSpan>): PartSpan {
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
