/**
 * Flags without CONDSTORE: exact rows for the newest messages, and for the others a SEARCH for each flag, which answers in
 * ranges or bare numbers instead of a row for each message.
 */
import { isFlag } from '@/lib/imap/change';
import { fetchRows } from '@/lib/imap/fetch';
import { searchFlag } from '@/lib/imap/search';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import type { FlagChange, Known } from './difference';
import { type Marks, marksOf, sameMarks } from './keywords';

const SEARCHED: [key: string, keyword: string][] = [
  ['SEEN', '$seen'],
  ['FLAGGED', '$flagged'],
  ['ANSWERED', '$answered'],
  ['DRAFT', '$draft'],
];

/** @param alive ascending by UID. @returns those whose flags differ from what is known */
export async function compareFlags(
  session: ImapSession,
  alive: Known,
  window: number,
): Promise<FlagChange[]> {
  const recent = alive.slice(-window);
  const older = alive.slice(0, -window);
  return [...(await compareOlder(session, older)), ...(await compareRecent(session, recent))];
}

async function compareRecent(session: ImapSession, known: Known): Promise<FlagChange[]> {
  const before = new Map<number, Marks>(known.map((location) => [location.uid, location]));
  const changes: FlagChange[] = [];
  for (const { set } of uidSets(before.keys())) {
    await fetchRows(session, set, { flags: true }, ({ uid, flags }) => {
      const marks = marksOf(flags);
      const old = before.get(uid);
      if (flags && old && !sameMarks(old, marks)) changes.push({ uid, ...marks, modseq: null });
    });
  }
  return changes;
}

/** One SEARCH each; a mailbox with more keywords than this shows those beyond as they were read. */
const MAX_KEYWORDS = 16;

/** What to search for: the system's flags, and the keywords that the mailbox knows. */
function searched({ selected }: ImapSession): [key: string, keyword: string][] {
  const own = (selected?.flags ?? []).filter((flag) => !flag.startsWith('\\') && isFlag(flag));
  const keywords = own
    .slice(0, MAX_KEYWORDS)
    .map((flag): [string, string] => [`KEYWORD ${flag}`, flag.toLowerCase()]);
  return [...SEARCHED, ...keywords];
}

async function compareOlder(session: ImapSession, known: Known): Promise<FlagChange[]> {
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return [];
  const range = `${first.uid}:${last.uid}`;
  const deleted = new Set(await searchFlag(session, range, 'DELETED'));
  const found = new Map<string, Set<number>>();
  for (const [key, keyword] of searched(session))
    found.set(keyword, new Set(await searchFlag(session, range, key)));
  const changes: FlagChange[] = [];
  for (const location of known) {
    const others = location.keywords.filter((keyword) => !found.has(keyword));
    const now = [...found].filter(([, uids]) => uids.has(location.uid)).map(([keyword]) => keyword);
    const marks = { keywords: [...others, ...now].sort(), hidden: deleted.has(location.uid) };
    if (!sameMarks(location, marks)) changes.push({ uid: location.uid, ...marks, modseq: null });
  }
  return changes;
}
