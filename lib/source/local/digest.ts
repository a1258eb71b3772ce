/** Digests of messages as they come: small ones in one go, the others watched. */
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
import { htmlToTextSafely } from '@/lib/mime/worker-pool';

/** Of larger messages only so much is looked at: structure beyond is one part that goes to the end (security.md S28). */
export const MAX_DIGEST = 32 * 1024 ** 2;
/** Longer HTML goes to the worker. */
const HTML_IN_PLACE = 64 * 1024;
/** What can cost no more than a moment, whatever is in it. */
const SMALL = 64 * 1024;
/** About 5 ms. */
const FEW = 16;

export interface Digestible {
  /** The message, or its first MAX_DIGEST bytes. */
  raw: Buffer;
  /** Of the whole. */
  size: number;
}

/**
 * In the order given, here and not in a thread: handing many small ones over and their digests back costs a third more
 * than it spares, and other work waits no longer than for a few of them.
 */
export async function digestAll(messages: Digestible[]): Promise<Digest[]> {
  const all: Digest[] = [];
  for (const [index, { raw, size }] of messages.entries()) {
    all.push(await digest(raw, size));
    if (index % FEW === FEW - 1) await new Promise((turn) => setImmediate(turn));
  }
  return all;
}

function isSmall({ raw, size }: Digestible): boolean {
  return raw.length === size && size <= SMALL;
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
