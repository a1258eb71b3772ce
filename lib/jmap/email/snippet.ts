/** Where the words of a search stand in a mail, as escaped HTML with `<mark>` (RFC 8621 §5). */
import { queryTokens } from '@/lib/index/query-text';

import { isOperator } from '@/lib/jmap/filter';
import type { EmailFilterCondition, Filter } from '@/lib/jmap/types';
import { wordsOf } from '@/lib/mime/search-words';

/** RFC 8621 §5: a preview is at most 255 octets. */
const MAX_PREVIEW = 255;
const BEFORE = 60;
/** Of scripts that part their words. */
const WORD = /[\p{L}\p{N}\p{M}]{1,40}/gu;
const HALF_CHARACTER = /^[\udc00-\udfff]|[\ud800-\udbff]$/g;
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export interface SearchWords {
  subject: string[];
  body: string[];
}

/** The words that a hit must or may have; what is under a NOT marks nothing. */
export function searchWords(filter: Filter<EmailFilterCondition> | null): SearchWords {
  const words: SearchWords = { subject: [], body: [] };
  const collect = (node: Filter<EmailFilterCondition>) => {
    if (isOperator(node)) {
      if (node.operator !== 'NOT') for (const child of node.conditions) collect(child);
      return;
    }
    words.subject.push(...split(node.text), ...split(node.subject));
    words.body.push(...split(node.text), ...split(node.body));
  };
  if (filter) collect(filter);
  return words;
}

export function markSubject(subject: string, words: string[]): string | null {
  const ranges = inOrder([...find(subject, words), ...findForms(subject, words)]);
  return ranges.length > 0 ? mark(subject, ranges) : null;
}

/** A piece of the text around the first word; null if there is none. */
export function markText(text: string, words: string[]): string | null {
  const flat = text.replace(/\s+/g, ' ').trim();
  // To look at each word of a long text is worth it only where none stands as it was typed.
  const first = find(flat, words)[0] ?? findForms(flat, words)[0];
  if (!first) return null;
  const start = wordStart(flat, Math.max(0, first[0] - BEFORE));
  // Marks and escapes take room as well: shortened until it fits.
  for (let length = MAX_PREVIEW; length > 0; length -= 10) {
    const piece = flat.slice(start, start + length).replace(HALF_CHARACTER, '');
    const marked = mark(piece, inOrder([...find(piece, words), ...findForms(piece, words)]));
    if (Buffer.byteLength(marked) <= MAX_PREVIEW) return marked;
  }
  return null;
}

function split(text: string | undefined): string[] {
  return queryTokens(text ?? '').map((token) => token.text.toLowerCase());
}

type Range = [start: number, end: number];

/** Ranges of the words, in order. Folding must keep the length, or the ranges would not fit. */
function find(text: string, words: string[]): Range[] {
  const folded = [...text]
    .map((char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char))
    .join('');
  const ranges: Range[] = [];
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      ranges.push([at, at + word.length]);
    }
  }
  return inOrder(ranges);
}

/** The index finds words by their stems: their other forms are marked, too. Not in phrases. */
function findForms(text: string, words: string[]): Range[] {
  const stems = new Set(words.filter((word) => !/\s/.test(word)).flatMap(wordsOf));
  const forms = [...text.matchAll(WORD)].filter(([word]) => {
    const [stem, ...more] = wordsOf(word);
    return stem !== undefined && more.length === 0 && stems.has(stem);
  });
  return forms.map(({ 0: word, index }) => [index, index + word.length]);
}

/** None inside another. */
function inOrder(ranges: Range[]): Range[] {
  ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let end = 0;
  return ranges.filter((range) => {
    if (range[0] < end) return false;
    end = range[1];
    return true;
  });
}

function mark(text: string, ranges: Range[]): string {
  let out = '';
  let at = 0;
  for (const [start, end] of ranges) {
    out += `${escapeText(text.slice(at, start))}<mark>${escapeText(text.slice(start, end))}</mark>`;
    at = end;
  }
  return out + escapeText(text.slice(at));
}

function wordStart(text: string, from: number): number {
  if (from === 0) return 0;
  const space = text.indexOf(' ', from);
  return space < 0 || space > from + BEFORE / 2 ? from : space + 1;
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (char) => ESCAPES[char] ?? char);
}
