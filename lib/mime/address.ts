/** Address lists of headers (RFC 5322 §3.4), read in one pass; what is malformed yields its best guess, never an error. */
import type { EmailAddress } from '@/lib/jmap/types';
import { MAX_LIST } from './limits';
import type { EmailAddressGroup } from './types';
import { cleanText, decodeWords, wordEnd } from './words';

type Token =
  | { kind: 'text' | 'quoted'; text: string; spaced: boolean }
  | { kind: 'address'; text: string; spaced: boolean }
  | { kind: 'comment'; text: string; spaced: boolean }
  | { kind: 'special'; text: ',' | ':' | ';'; spaced: boolean };

/** RFC 8621 §4.1.2.3: the addresses of all groups in one list. */
export function asAddresses(value: string): EmailAddress[] {
  return asGroupedAddresses(value).flatMap((group) => group.addresses);
}

/** RFC 8621 §4.1.2.4: consecutive addresses outside a group share a group with name null. */
export function asGroupedAddresses(value: string): EmailAddressGroup[] {
  const groups = new GroupList();
  let pending: Token[] = [];
  for (const token of tokens(value)) {
    if (token.kind !== 'special') {
      pending.push(token);
      continue;
    }
    if (token.text === ':' && !groups.inGroup) groups.open(phrase(pending));
    else groups.add(readMailbox(pending));
    if (token.text === ';') groups.close();
    pending = [];
  }
  groups.add(readMailbox(pending));
  return groups.list;
}

class GroupList {
  readonly list: EmailAddressGroup[] = [];
  inGroup = false;
  #current: EmailAddressGroup | null = null;
  #count = 0;

  open(name: string | null): void {
    this.#current = { name, addresses: [] };
    this.inGroup = true;
    if (this.list.length < MAX_LIST) this.list.push(this.#current);
  }

  close(): void {
    this.#current = null;
    this.inGroup = false;
  }

  add(address: EmailAddress | null): void {
    if (!address || this.#count >= MAX_LIST) return;
    this.#count += 1;
    if (!this.#current) {
      this.#current = { name: null, addresses: [] };
      this.list.push(this.#current);
    }
    this.#current.addresses.push(address);
  }
}

function readMailbox(list: Token[]): EmailAddress | null {
  const angle = list.findLast((token) => token.kind === 'address');
  if (angle) {
    const name = phrase(list.filter((token) => token !== angle && token.kind !== 'comment'));
    // Nothing is decoded inside an address (security.md S30).
    return { name: name ?? comment(list), email: angle.text };
  }
  const words = list.filter((token) => token.kind !== 'comment');
  if (words.length === 0) return null;
  const email = words.map((token) => (token.kind === 'quoted' ? `"${token.text}"` : token.text)).join('');
  if (email.includes('@')) return splitBare(words, list) ?? { name: comment(list), email };
  const name = phrase(words);
  return name === null ? null : { name: null, email: decodeWords(name) };
}

/** `John Doe john@example.org`: the word with the @ is the address, the others are the name. */
function splitBare(words: Token[], all: Token[]): EmailAddress | null {
  const at = words.findIndex((token) => token.kind === 'text' && /^[^@\s]+@[^@\s]+$/.test(token.text));
  if (at < 0 || words.length === 1) return null;
  const name = phrase(words.filter((_, i) => i !== at));
  return { name: name ?? comment(all), email: (words[at] as Token).text };
}

function phrase(list: Token[]): string | null {
  let text = '';
  for (const token of list) text += (token.spaced && text !== '' ? ' ' : '') + token.text;
  return cleanText(decodeWords(text)) || null;
}

function comment(list: Token[]): string | null {
  return phrase(
    list.filter((token) => token.kind === 'comment').map((token) => ({ ...token, spaced: true })),
  );
}

function* tokens(value: string): Generator<Token> {
  let at = 0;
  let spaced = false;
  while (at < value.length) {
    const char = value[at] as string;
    if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
      spaced = true;
      at += 1;
      continue;
    }
    const [token, next] = readToken(value, at, spaced);
    yield token;
    at = next;
    spaced = false;
  }
}

function readToken(value: string, at: number, spaced: boolean): [Token, number] {
  const char = value[at] as string;
  if (char === '"') return readQuoted(value, at, spaced);
  if (char === '(') return readComment(value, at, spaced);
  if (char === '<') return readAngle(value, at, spaced);
  if (char === ',' || char === ';' || char === ':') return [{ kind: 'special', text: char, spaced }, at + 1];
  let end = wordEnd(value, at) ?? at + 1;
  while (end < value.length && !' \t\r\n"(<,;:'.includes(value[end] as string)) end += 1;
  return [{ kind: 'text', text: value.slice(at, end), spaced }, end];
}

function readQuoted(value: string, at: number, spaced: boolean): [Token, number] {
  let text = '';
  let i = at + 1;
  for (; i < value.length && value[i] !== '"'; i += 1) {
    if (value[i] === '\\' && i + 1 < value.length) i += 1;
    text += value[i];
  }
  return [{ kind: 'quoted', text, spaced }, i + 1];
}

function readComment(value: string, at: number, spaced: boolean): [Token, number] {
  let text = '';
  let depth = 1;
  let i = at + 1;
  for (; i < value.length; i += 1) {
    const char = value[i] as string;
    if (char === '\\' && i + 1 < value.length) {
      i += 1;
      text += value[i];
      continue;
    }
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth === 0) break;
    text += char;
  }
  return [{ kind: 'comment', text, spaced }, i + 1];
}

/** `<a@b>`; a route (`<@x,@y:a@b>`, RFC 5322 §4.4) is dropped, as are white space and control characters. */
function readAngle(value: string, at: number, spaced: boolean): [Token, number] {
  let end = value.indexOf('>', at);
  if (end < 0) end = value.length;
  const inner = value.slice(at + 1, end).replace(/^@[^:"]*:/, '');
  // A quoted local part may hold blanks.
  const text = inner.includes('"')
    ? inner.replace(/\p{Cc}+/gu, '').trim()
    : inner.replace(/[\p{Cc}\s]+/gu, '');
  return [{ kind: 'address', text, spaced }, end + 1];
}
