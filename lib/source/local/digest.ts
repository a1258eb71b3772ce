/** Digests of messages as they come: small ones in one go, the others watched. */
import { ProtocolError } from '@/lib/errors';
import {
  type Digest,
  digestSmall,
  digestTree,
  MAX_SEARCH_TEXT,
  type TextPart,
  textOf,
} from '@/lib/mime/digest';
import { wordsOf } from '@/lib/mime/search-words';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import { digestsBeside, htmlToTextSafely } from '@/lib/mime/worker-pool';

/** Of larger messages only so much is looked at: structure beyond is one part that goes to the end (security.md S28). */
export const MAX_DIGEST = 32 * 1024 ** 2;
/** Longer HTML goes to the worker. */
const HTML_IN_PLACE = 64 * 1024;
/** What can cost no more than a moment, whatever is in it. */
const SMALL = 64 * 1024;
/** So many small ones are worth the way to a thread. */
const MANY = 16;

export interface Digestible {
  /** The message, or its first MAX_DIGEST bytes. */
  raw: Buffer;
  /** Of the whole. */
  size: number;
}

/** In the order given. Many small ones are read by a thread, while others are committed here. */
export async function digestAll(messages: Digestible[]): Promise<Digest[]> {
  const small = messages.filter(isSmall).map(({ raw }) => raw);
  const beside = small.length < MANY ? [] : await digestsOf(small);
  const all: Digest[] = [];
  for (const message of messages) {
    const done = beside.length > 0 && isSmall(message) ? beside.shift() : undefined;
    all.push(done ?? (await digest(message.raw, message.size)));
  }
  return all;
}

/** Starts the thread before there is something to read: that takes it a while. */
export function expectMany(count: number): void {
  if (count >= MANY) void digestsOf([]);
}

/** None when the thread gave no answer: then they are read here. */
async function digestsOf(small: Buffer[]): Promise<Digest[]> {
  return digestsBeside(small).catch((error) => {
    if (error instanceof ProtocolError) return [];
    throw error;
  });
}

function isSmall({ raw, size }: Digestible): boolean {
  return raw.length === size && size <= SMALL;
}

export async function digest(raw: Buffer, size: number): Promise<Digest> {
  if (isSmall({ raw, size })) return digestSmall(raw);
  const { texts, ...rest } = digestTree(raw, size, await walkOrWhole(raw));
  return { ...rest, words: await searchWords(texts) };
}

/** What search finds these parts by. */
export async function searchWords(texts: Iterable<TextPart>): Promise<string> {
  let text = '';
  for (const part of texts) {
    if (text.length >= MAX_SEARCH_TEXT) break;
    text += `${await safeTextOf(part)}\n`;
  }
  return wordsOf(text.slice(0, MAX_SEARCH_TEXT)).join(' ');
}

async function safeTextOf(text: TextPart): Promise<string> {
  if (!text.isHtml || text.value.length <= HTML_IN_PLACE) return textOf(text);
  return htmlToTextSafely(text.value).catch((error) => {
    // Not found by its words then; everything else of it works.
    if (error instanceof ProtocolError) return '';
    throw error;
  });
}
