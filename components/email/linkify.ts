/** The door to linkify-it: addresses in plain text, as pieces that React renders (S4, S11). */
import { linkifyit } from 'linkify-it';

export interface TextPiece {
  at: number;
  text: string;
  href: string | null;
}

const linkifier = linkifyit();

/** A longer line holds no link that a person would look for, and costs time (S32). */
const MAX_LINE = 10_000;

export function linkified(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let offset = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const matches = line.length > MAX_LINE ? [] : (linkifier.match(line) ?? []);
    let from = 0;
    for (const { index, lastIndex, url } of matches) {
      if (!/^(?:https?|mailto):/i.test(url)) continue;
      if (index > from) pieces.push({ at: offset + from, text: line.slice(from, index), href: null });
      pieces.push({ at: offset + index, text: line.slice(index, lastIndex), href: url });
      from = lastIndex;
    }
    if (from < line.length) pieces.push({ at: offset + from, text: line.slice(from), href: null });
    offset += line.length;
  }
  return pieces;
}
