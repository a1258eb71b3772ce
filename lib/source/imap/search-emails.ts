/** SEARCH on the server for what the index cannot answer: bodies, odd headers (gateway.md 2.5). */
import { CommandError } from '@/lib/errors';
import { refusesCharset, searchText, uidSearch } from '@/lib/imap/search';
import { select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { atom, quoted, type TokenList } from '@/lib/imap/tokens';

import type { Id } from '@/lib/jmap/types';
import type { SearchResult, TextSearch } from '@/lib/source/source';
import type { ImapContext, WiredMailbox } from './context';
import { readEmailsByUid } from './rows';

/** Hits of one search, newest first (security.md R20). */
const MAX_HITS = 10_000;
/** Hits in a mailbox that the index does not hold yet: so many are read at once. */
const MAX_UNKNOWN = 200;
/** The server reads every message of the mailbox. */
const SILENCE_MS = 120_000;

interface Term {
  /** `TEXT`, `SUBJECT`, `HEADER x` */
  key: TokenList;
  words: string;
}

export async function searchEmails(
  context: ImapContext,
  query: TextSearch,
  mailboxIds: Id[] | null,
  signal: AbortSignal,
): Promise<SearchResult> {
  const terms = termsOf(query);
  const found = new Set<Id>();
  let partial = false;
  for (const mailbox of await searched(context, mailboxIds)) {
    if (signal.aborted || found.size >= MAX_HITS) break;
    const result = await searchMailbox(context, mailbox, terms, signal);
    for (const id of result.emailIds) found.add(id);
    partial ||= result.partial;
  }
  return { emailIds: [...found].slice(0, MAX_HITS), partial: partial || signal.aborted };
}

async function searched(context: ImapContext, mailboxIds: Id[] | null): Promise<WiredMailbox[]> {
  const rows = await context.index.mailboxes();
  const wired = rows.filter((row): row is WiredMailbox => row.wire?.selectable === true);
  if (mailboxIds) return wired.filter(({ id }) => mailboxIds.includes(id));
  return wired.filter(({ role }) => role !== 'junk' && role !== 'trash');
}

async function searchMailbox(
  context: ImapContext,
  mailbox: WiredMailbox,
  terms: Term[],
  signal: AbortSignal,
): Promise<SearchResult> {
  return context.pool.bulk(async (session) => {
    const selected = await select(session, mailbox.wire.path, true);
    const { uids, partial } = await searchTerms(session, terms, signal);
    const wanted = uids.slice(-MAX_HITS).reverse();
    const last = wanted[0];
    const first = wanted.at(-1);
    if (last === undefined || first === undefined) return { emailIds: [], partial };
    const known = new Map<number, Id | null>();
    for (const location of await context.index.mailboxLocations(mailbox.id, first, last)) {
      known.set(location.uid, location.hidden ? null : location.emailId);
    }
    const unknown = wanted.filter((uid) => !known.has(uid));
    const read = await readEmailsByUid(context, session, selected, mailbox.id, unknown.slice(0, MAX_UNKNOWN));
    if (read.length > 0) await context.index.write((writer) => writer.addEmails(read));
    for (const { id, location } of read) if (!location.hidden) known.set(location.uid ?? 0, id);
    const emailIds = wanted.map((uid) => known.get(uid)).filter((id) => id !== undefined && id !== null);
    return { emailIds, partial: partial || unknown.length > MAX_UNKNOWN || uids.length > MAX_HITS };
  });
}

async function searchTerms(
  session: ImapSession,
  terms: Term[],
  signal: AbortSignal,
): Promise<{ uids: number[]; partial: boolean }> {
  const options = { signal, silenceMs: SILENCE_MS };
  const ascii = terms.every(({ words }) => isAscii(words));
  try {
    const uids = await uidSearch(
      session,
      criteria(terms),
      ascii ? options : { ...options, charset: 'UTF-8' },
    );
    return { uids, partial: false };
  } catch (error) {
    if (ascii || !(error instanceof CommandError)) throw error;
    // Exchange knows ASCII only, and not every server says BADCHARSET (gateway.md pitfall 8).
    if (!refusesCharset(error) && error.code !== 'commandFailed') throw error;
  }
  const reduced = terms
    .map((term) => ({ ...term, words: longestAscii(term.words) }))
    .filter(({ words }) => words !== '');
  if (reduced.length === 0) return { uids: [], partial: true };
  return { uids: await uidSearch(session, criteria(reduced), options), partial: true };
}

function criteria(terms: Term[]): TokenList {
  return [atom('UNDELETED'), ...terms.flatMap(({ key, words }) => [...key, searchText(words)])];
}

function termsOf(query: TextSearch): Term[] {
  const terms: Term[] = [];
  for (const name of ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body'] as const) {
    for (const words of wordsOf(query[name] ?? '')) terms.push({ key: [atom(name.toUpperCase())], words });
  }
  if (query.header) {
    const [name, value = ''] = query.header;
    terms.push({ key: [atom('HEADER'), quoted(name)], words: value });
  }
  return terms;
}

/** `report "first quarter"`: each word, and what stands in quotes as one (RFC 8621 §4.4.1). */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '');
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function longestAscii(text: string): string {
  const runs = text.match(/[\x21-\x7e]+/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}
