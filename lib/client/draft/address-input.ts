/** What people type and paste into a recipient field: names with commas in quotes, groups, lists over several lines. */
import type { EmailAddress } from '@/lib/jmap/types';

/** More is a mailing list, not a message; the rest of a paste is left in the field. */
export const MAX_RECIPIENTS = 500;

/** `local@domain.tld`, IDN and UTF-8 included; the server has the last word. */
const ADDRESS = /^[^\s@<>,;:"()]+@[^\s@<>,;:"()]+\.[^\s@<>,;:"().]{2,}$/u;

export function isAddress(email: string): boolean {
  return email.length <= 320 && ADDRESS.test(email);
}

export function parseAddresses(input: string, most = MAX_RECIPIENTS): EmailAddress[] {
  return pieces(input)
    .map(parseOne)
    .filter((address) => address.email !== '')
    .slice(0, most);
}

/** Cuts at commas, semicolons and line ends that stand outside of quotes and angle brackets; drops `Group:`. */
function pieces(input: string): string[] {
  const found: string[] = [];
  let piece = '';
  let quoted = false;
  let angled = false;
  for (const char of input) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '<') angled = true;
    else if (!quoted && char === '>') angled = false;
    if (!quoted && !angled && /[,;\r\n]/.test(char)) {
      found.push(piece);
      piece = '';
    } else if (!quoted && !angled && char === ':' && !/^\s*mailto$/i.test(piece)) {
      piece = '';
    } else {
      piece += char;
    }
  }
  return [...found, piece];
}

function parseOne(piece: string): EmailAddress {
  const text = piece.replace(/^\s*mailto:/i, '').trim();
  const named = /^(.*)<([^<>]*)>$/s.exec(text);
  if (!named) return { name: null, email: text };
  const name = (named[1] ?? '')
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/\\(.)/g, '$1');
  return { name: name === '' ? null : name, email: (named[2] ?? '').trim() };
}

export function withoutDoubles(addresses: readonly EmailAddress[]): EmailAddress[] {
  const seen = new Set<string>();
  return addresses.filter(({ email }) => {
    const key = email.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
