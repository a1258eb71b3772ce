/** Digests of messages as they come: small ones in one go, in a thread where there are many; the others watched. */
import { ProtocolError } from '@/lib/errors';
import {
  type Digest,
  digestSmall,
  digestTree,
  MAX_SEARCH_TEXT,
  type TextPart,
  wordsOf,
} from '@/lib/mime/digest';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import { htmlToTextSafely, workerPool } from '@/lib/mime/worker-pool';

/** Of larger messages only so much is looked at: structure beyond is one part that goes to the end (security.md S28). */
export const MAX_DIGEST = 32 * 1024 ** 2;
/** Longer HTML goes to the worker. */
const HTML_IN_PLACE = 64 * 1024;
/** What can cost no more than a moment, whatever is in it. */
const SMALL = 64 * 1024;
/** For fewer the way to the thread costs more than it spares. */
const MANY = 16;

export interface Digestible {
  /** The message, or its first MAX_DIGEST bytes. */
  raw: Buffer;
  /** Of the whole. */
  size: number;
}

/** In the order given. */
export async function digestAll(messages: Digestible[]): Promise<Digest[]> {
  const small = messages.filter(isSmall);
  const digests = new Map<Digestible, Digest>();
  if (small.length >= MANY) {
    const found = await inThread(small.map(({ raw }) => raw));
    for (const [index, message] of small.entries()) {
      const digest = found[index];
      if (digest) digests.set(message, digest);
    }
  }
  const all: Digest[] = [];
  for (const message of messages) all.push(digests.get(message) ?? (await digest(message.raw, message.size)));
  return all;
}

function isSmall({ raw, size }: Digestible): boolean {
  return raw.length === size && size <= SMALL;
}

/** One buffer: a message in a pooled buffer would take its neighbours along, and copying one is cheaper than hundreds. */
async function inThread(raws: Buffer[]): Promise<Digest[]> {
  let end = 0;
  const ends = raws.map(({ length }) => {
    end += length;
    return end;
  });
  return workerPool()
    .run('digest', Buffer.concat(raws), ends)
    .catch((error) => {
      // One of them broke the thread, or it has too much to do: each on its own then.
      if (error instanceof ProtocolError) return [];
      throw error;
    });
}

export async function digest(raw: Buffer, size: number): Promise<Digest> {
  if (isSmall({ raw, size })) return digestSmall(raw);
  const { texts, ...rest } = digestTree(raw, size, await walkOrWhole(raw));
  let text = '';
  for (const part of texts) {
    if (text.length >= MAX_SEARCH_TEXT) break;
    text += `${await safeWordsOf(part)}\n`;
  }
  return { ...rest, text: text.slice(0, MAX_SEARCH_TEXT) };
}

async function safeWordsOf(text: TextPart): Promise<string> {
  if (!text.isHtml || text.value.length <= HTML_IN_PLACE) return wordsOf(text);
  return htmlToTextSafely(text.value).catch((error) => {
    // Not found by its words then; everything else of it works.
    if (error instanceof ProtocolError) return '';
    throw error;
  });
}
