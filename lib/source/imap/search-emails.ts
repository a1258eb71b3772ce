/** SEARCH on the server for what the index cannot answer: bodies, odd headers (gateway.md 2.5). */
import { CommandError } from '@/lib/errors';
import { receivedIn, refusesCharset, searchText, uidSearch } from '@/lib/imap/search';
import { select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { atom, quoted, type TokenList, textOf } from '@/lib/imap/tokens';
import { queryTokens } from '@/lib/index/query-text';
import type { Id } from '@/lib/jmap/types';
import type { SearchResult, SearchSpan, TextSearch } from '@/lib/source/source';
import { type ImapContext, type WiredMailbox, wiredMailbox } from './context';
import { readUnknown } from './read-unknown';

/** Hits of one search, newest first (security.md R20). */
const MAX_HITS = 10_000;
/** Hits in a mailbox that the index does not hold yet: so many are read at once. */
const MAX_UNKNOWN = 200;
/** The server reads every message of the mailbox. */
const SILENCE_MS = 60_000;

interface Term {
  /** `TEXT`, `SUBJECT`, `HEADER x` */
  key: TokenList;
  words: string;
}

interface Search {
  terms: Term[];
  span: SearchSpan;
  signal: AbortSignal;
}

const ALL: SearchSpan = { since: null, before: null };

export async function searchEmails(
  context: ImapContext,
  query: TextSearch,
  mailboxIds: Id[] | null,
  signal: AbortSignal,
  span: SearchSpan = ALL,
): Promise<SearchResult> {
  const search = { terms: termsOf(query), span, signal };
  const found = new Set<Id>();
  let partial = false;
  const isOver = () => signal.aborted || span.left?.aborted === true;
  for (const mailbox of await searched(context, mailboxIds)) {
    if (isOver() || found.size >= MAX_HITS) break;
    const result = await searchMailbox(context, mailbox, search);
    for (const id of result.emailIds) found.add(id);
    partial ||= result.partial;
  }
  return { emailIds: [...found].slice(0, MAX_HITS), partial: partial || isOver() };
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
  search: Search,
): Promise<SearchResult> {
  const { signal, span } = search;
  const { uidValidity, uids, partial } = await context.pool.bulk(
    async (session) => {
      const { uidValidity } = await select(session, mailbox.wire.path, true);
      return { uidValidity, ...(await searchTerms(session, search)) };
    },
    { signal, ...(span.left ? { left: span.left } : {}) },
  );
  const wanted = uids.slice(-MAX_HITS).reverse();
  if (wanted.length === 0) return { emailIds: [], partial };
  // In turn with the refreshes: a message that one of them missed because it was gone must not come in behind it.
  const { emailIds, rest } = await context.syncs.run(mailbox.id, () =>
    identify(context, mailbox.id, uidValidity, wanted),
  );
  return { emailIds, partial: partial || rest || uids.length > MAX_HITS };
}

/** @returns the Emails of these UIDs, in their order; `rest`: not all were looked up */
async function identify(
  context: ImapContext,
  mailboxId: Id,
  uidValidity: number,
  wanted: number[],
): Promise<{ emailIds: Id[]; rest: boolean }> {
  const { wire } = await wiredMailbox(context, mailboxId);
  // The UIDs and the index are not of one time: the next refresh begins anew.
  if (wire.uidValidity !== 0 && wire.uidValidity !== uidValidity) return { emailIds: [], rest: true };
  const known = new Map<number, Id | null>();
  for (const location of await context.index.mailboxLocations(
    mailboxId,
    wanted.at(-1) ?? 1,
    wanted[0] ?? 1,
  )) {
    known.set(location.uid, location.hidden ? null : location.emailId);
  }
  const unknown = wanted.filter((uid) => !known.has(uid));
  const read = await readUnknown(context, mailboxId, uidValidity, unknown.slice(0, MAX_UNKNOWN));
  for (const { id, location } of read) if (!location.hidden) known.set(location.uid ?? 0, id);
  const emailIds = wanted.map((uid) => known.get(uid)).filter((id) => id !== undefined && id !== null);
  return { emailIds, rest: unknown.length > MAX_UNKNOWN };
}

async function searchTerms(
  session: ImapSession,
  { terms, span, signal }: Search,
): Promise<{ uids: number[]; partial: boolean }> {
  const options = { signal, silenceMs: SILENCE_MS };
  const received = receivedIn(span);
  const ascii = terms.every(({ words }) => isAscii(words));
  try {
    const uids = await uidSearch(
      session,
      [...received, ...criteria(session, terms)],
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
  const uids = await uidSearch(session, [...received, ...criteria(session, reduced)], options);
  return { uids, partial: true };
}

function criteria(session: ImapSession, terms: Term[]): TokenList {
  const gmail = session.has('X-GM-EXT-1');
  return [
    atom('UNDELETED'),
    ...terms.flatMap(({ key, words }) =>
      gmail && isFullText(key)
        ? [atom('X-GM-RAW'), searchText(gmailWords(words))]
        : [...key, searchText(words)],
    ),
  ];
}

/** Its own index answers, where TEXT would have each message read. */
function isFullText([key]: TokenList): boolean {
  return ['TEXT', 'BODY'].includes(textOf(key) ?? '');
}

/** In quotes unless it is a plain word: `from:` or `-` is no operator here. */
function gmailWords(words: string): string {
  return /^[\p{L}\p{N}]+$/u.test(words) ? words : `"${words.replaceAll('"', ' ')}"`;
}

function termsOf(query: TextSearch): Term[] {
  const terms: Term[] = [];
  for (const name of ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body'] as const) {
    for (const { text } of queryTokens(query[name] ?? '')) {
      terms.push({ key: [atom(name.toUpperCase())], words: text });
    }
  }
  if (query.header) {
    const [name, value = ''] = query.header;
    terms.push({ key: [atom('HEADER'), quoted(name)], words: value });
  }
  return terms;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function longestAscii(text: string): string {
  const runs = text.match(/[\x21-\x7e]+/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}
