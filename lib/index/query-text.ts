/** What is typed into a text filter: words, and phrases in single or double quotes (RFC 8621 §4.4.1). */

export interface QueryToken {
  text: string;
  /** Its words stand together, in this order. */
  isPhrase: boolean;
}

/** Of one search field. */
const MAX_TOKENS = 50;
/** A quote opens a phrase where a word could begin, and only if it is closed: `don't` is a word. */
const TOKEN = /(?<=^|\s)(["'])((?:\\.|(?!\1)[^\\])*)\1(?=\s|$)|\S+/gu;

export function queryTokens(text: string): QueryToken[] {
  const tokens: QueryToken[] = [];
  for (const [word, quote, phrase = ''] of text.matchAll(TOKEN)) {
    if (tokens.length >= MAX_TOKENS) break;
    const isPhrase = quote !== undefined;
    const plain = isPhrase ? phrase.replace(/\\(.)/gu, '$1').trim() : word;
    if (plain !== '') tokens.push({ text: plain, isPhrase });
  }
  return tokens;
}
