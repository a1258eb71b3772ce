/**
 * Text to words for the full text, the same way when mail is stored and when it is searched, on both databases: folded,
 * stemmed (English, Russian), Chinese and Japanese as pairs of characters, since nothing parts their words.
 */
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { stemmer as stemRussian } from '@orama/stemmers/russian';

/** Longer ones are keys and garbage. */
const MAX_WORD = 40;
/** Of one text; 64 KB hold about ten thousand. */
const MAX_WORDS = 12_000;
/** Words typed into one search field. */
const MAX_TERMS = 16;
const MAX_REMEMBERED = 50_000;

const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORDS = /[a-z0-9]+/g;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
const PAIRED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

export interface Term {
  stem: string;
  /** As typed: a word not typed to its end has another stem than the whole one. */
  typed: string;
  /** The last one: it may go on. */
  prefix: boolean;
}

/** Stemmed words, in order, with repetitions. */
export function wordsOf(text: string): string[] {
  return split(text, MAX_WORDS).map(stem);
}

export function termsOf(query: string): Term[] {
  const words = split(query, MAX_TERMS);
  return words.map((word, index) => ({
    stem: stem(word),
    typed: word,
    prefix: index === words.length - 1,
  }));
}

function split(text: string, limit: number): string[] {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return (lower.match(ASCII_WORDS) ?? []).slice(0, limit).map(cut);
  const words: string[] = [];
  for (const word of lower.normalize('NFKC').toLowerCase().match(WORDS) ?? []) {
    if (words.length >= limit) break;
    if (word.search(PAIRED) < 0) words.push(cut(unaccented(word)));
    else words.push(...pairs(word));
  }
  return words.slice(0, limit);
}

function cut(word: string): string {
  return word.length > MAX_WORD ? word.slice(0, MAX_WORD) : word;
}

/** Cyrillic keeps й, which its endings need. */
function unaccented(word: string): string {
  if (/^[а-яё]+$/.test(word)) return word.replaceAll('ё', 'е');
  return word.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
}

function pairs(word: string): string[] {
  const found: string[] = [];
  let end = 0;
  for (const match of word.matchAll(PAIRED)) {
    if (match.index > end) found.push(word.slice(end, match.index));
    const characters = [...match[0]];
    if (characters.length === 1) found.push(match[0]);
    for (let at = 0; at + 1 < characters.length; at++) found.push(`${characters[at]}${characters[at + 1]}`);
    end = match.index + match[0].length;
  }
  if (end < word.length) found.push(word.slice(end));
  return found.map(cut);
}

const remembered = new Map<string, string>();

function stem(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const stemmed = /^[a-z]+$/.test(word)
    ? stemEnglish(word)
    : /^[а-я]+$/.test(word)
      ? stemRussian(word)
      : word;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(word, stemmed);
  return stemmed;
}
