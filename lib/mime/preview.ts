/** The line of text under a subject (RFC 8621 §4.1.4 `preview`). */
import { htmlToText } from './html-text';
import { MAX_PREVIEW } from './limits';
import { decodeText } from './text';
import type { MimePart } from './types';

/** Enough text to find 256 characters that are no quotation. */
const READ = 16 * 1024;

/** `bytes`: the beginning of the part as it is stored, still transfer-encoded; 2 KB do, more is better. */
export function previewOf(part: Pick<MimePart, 'type' | 'encoding' | 'params'>, bytes: Uint8Array): string {
  const text = decodeText(bytes, part).value.replace(/\ufffd{1,3}$/, '');
  if (part.type === 'text/html') {
    return (
      shorten(htmlToText(text, { limit: READ, dropQuotes: true })) ||
      shorten(htmlToText(text, { limit: READ }))
    );
  }
  const read = text.slice(0, READ);
  return shorten(ownWords(read)) || shorten(read);
}

/** Without quoted lines, the line that introduces them, and the signature. */
function ownWords(text: string): string {
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    // RFC 3676 §4.3: the signature follows `-- `.
    if (line === '-- ' || line === '--') break;
    if (line.startsWith('>')) dropIntroduction(kept);
    else kept.push(line);
  }
  return kept.join('\n');
}

/** `On Monday, Ann wrote:` stands right above the first quoted line, perhaps over two lines, perhaps with a blank between. */
function dropIntroduction(kept: string[]): void {
  let last = kept.length - 1;
  while (last >= 0 && kept[last]?.trim() === '') last -= 1;
  if (last < 0 || !kept[last]?.trimEnd().endsWith(':')) return;
  const isSecondLine =
    last > 0 && kept[last - 1]?.trim() !== '' && /^(on|am|le|el|il) /i.test(kept[last - 1] ?? '');
  kept.length = isSecondLine ? last - 1 : last;
}

/** Nothing invisible can be in it. */
const PLAIN = /^[\t\n\r -~]*$/;

/** Blanks and invisible padding (newsletters fill the preview with them) collapse; rulers go. */
function shorten(text: string): string {
  const isPlain = PLAIN.test(text);
  const words = (isPlain ? text : visible(text))
    .replace(/[-=_*~#]{4,}/g, ' ')
    .replace(isPlain ? /\s+/g : /[\p{Cc}\s]+/gu, ' ')
    .trim();
  return cutCharacters(words, MAX_PREVIEW);
}

function visible(text: string): string {
  return (
    text
      .replace(/(?!\u200c|\u200d)\p{Cf}|\u034f/gu, '')
      // Joiners belong between letters (Persian, emoji) and are padding elsewhere.
      .replace(/(\u200c|\u200d)(?=\s|\u200c|\u200d|$)|(?<=\s)(\u200c|\u200d)/gu, '')
  );
}

function cutCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (!/[\ud800-\udfff]/.test(text.slice(0, limit + 1))) return text.slice(0, limit).trimEnd();
  return Array.from(text.slice(0, limit * 2))
    .slice(0, limit)
    .join('')
    .trimEnd();
}
