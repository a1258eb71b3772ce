/** Phrases in a local account: words that stand together, in their order, compared as the index compares them. */
import { queryTokens } from '@/lib/index/query-text';
import type { AccountIndex } from '@/lib/index/types';
import type { EmailAddress, Id } from '@/lib/jmap/types';
import { wordsOf } from '@/lib/mime/search-words';
import type { EmailHeaders } from '@/lib/mime/types';
import type { TextSearch } from '@/lib/source/source';
import { type Bodies, BodyMissing } from './bodies';
import { digest, MAX_DIGEST } from './digest';

const SCOPES = ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body'] as const;
const FIELDS = ['subject', 'from', 'to', 'cc', 'bcc'] as const;

export interface Phrase {
  scope: (typeof SCOPES)[number];
  words: string[];
}

export function phrasesOf(query: TextSearch): Phrase[] {
  return SCOPES.flatMap((scope) =>
    queryTokens(query[scope] ?? '')
      .filter(({ isPhrase }) => isPhrase)
      .map(({ text }) => ({ scope, words: wordsOf(text) }))
      .filter(({ words }) => words.length > 1),
  );
}

export async function hasPhrases(
  index: AccountIndex,
  bodies: Bodies,
  emailId: Id,
  phrases: Phrase[],
): Promise<boolean> {
  const [row] = await index.emails([emailId], { withoutStructure: true });
  const left = phrases.filter((phrase) => !row?.headers || !isInHeaders(row.headers, phrase));
  if (left.some(({ scope }) => scope !== 'text' && scope !== 'body')) return false;
  if (left.length === 0) return true;
  const body = await bodyWords(bodies, emailId);
  return left.every(({ words }) => standsIn(body, words));
}

function isInHeaders(headers: EmailHeaders, { scope, words }: Phrase): boolean {
  if (scope === 'body') return false;
  const fields = scope === 'text' ? FIELDS : [scope];
  return fields.some((field) =>
    field === 'subject'
      ? standsIn(wordsOf(headers.subject ?? ''), words)
      : (headers[field] ?? []).some((address) => standsIn(wordsOf(lineOf(address)), words)),
  );
}

const lineOf = ({ name, email }: EmailAddress) => `${name ?? ''} ${email}`;

async function bodyWords(bodies: Bodies, emailId: Id): Promise<string[]> {
  try {
    const { raw, size } = await bodies.beginning(emailId, MAX_DIGEST);
    return (await digest(raw, size)).words.split(' ');
  } catch (error) {
    // Of what was not collected yet only the headers can be searched.
    if (error instanceof BodyMissing) return [];
    throw error;
  }
}

function standsIn(words: string[], phrase: string[]): boolean {
  for (let at = words.indexOf(phrase[0] ?? ''); at >= 0; at = words.indexOf(phrase[0] ?? '', at + 1)) {
    if (phrase.every((word, offset) => words[at + offset] === word)) return true;
  }
  return false;
}
