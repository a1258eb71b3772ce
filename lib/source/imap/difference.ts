/**
 * What changed among the messages the index knows: flags and vanished UIDs, by QRESYNC (RFC 7162), by CONDSTORE and a
 * UID list, or by comparing all (gateway.md 1, tiers A to E). Only the range that was read is compared: a wider look
 * would take the rest of the mailbox for deleted (pitfall 33).
 */
import { fetchRows } from '@/lib/imap/fetch';
import { searchAll } from '@/lib/imap/search';
import type { Selected } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { rangeTest, uidSets } from '@/lib/imap/uid-set';
import { compareFlags } from './compare-flags';
import type { ImapContext, WiredMailbox } from './context';
import { marksOf } from './keywords';

export interface FlagChange {
  uid: number;
  keywords: string[];
  hidden: boolean;
  modseq: string | null;
}

export interface Difference {
  gone: number[];
  changed: FlagChange[];
}

export type Known = Awaited<ReturnType<ImapContext['index']['mailboxLocations']>>;

export async function readDifference(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  { id, wire }: WiredMailbox,
  window: number,
): Promise<Difference> {
  const { highestModseq } = wire;
  if (highestModseq && highestModseq === selected.highestModseq && session.qresync) return NOTHING;
  const [low, high] = [wire.filledDownTo ?? 1, wire.uidNext - 1];
  const filled = () => context.index.mailboxLocations(id, low, high);
  // A search found them below what is filled; above, our own commands have put them.
  const below = low > 1 ? await context.index.mailboxLocations(id, 1, low - 1) : [];
  const above = await context.index.mailboxLocations(id, Math.max(low, high + 1), Number.MAX_SAFE_INTEGER);
  const known = async () => [...below, ...(await filled()), ...above];
  const ranges = [...rangesOf(below), ...(high < low ? [] : [`${low}:${high}`]), ...rangesOf(above)];
  if (!highestModseq || isBefore(selected.highestModseq, highestModseq))
    return compareAll(session, ranges, await known(), window);
  const vanished: string[] = [];
  const changed: FlagChange[] = [];
  for (const range of ranges) changed.push(...(await changedSince(session, range, highestModseq, vanished)));
  if (!session.qresync) return { gone: await goneByList(session, ranges, await known()), changed };
  if (vanished.length === 0) return { gone: [], changed };
  // The server may name UIDs that never were (RFC 7162 §3.2.6), in ranges of any size.
  const isGone = rangeTest(vanished.join(','));
  return { gone: (await known()).map(({ uid }) => uid).filter(isGone), changed };
}

/** They begin anew where the server lost its own index: then they tell nothing of what changed until they have caught up. */
function isBefore(now: string | null, known: string): boolean {
  return now === null || now.length < known.length || (now.length === known.length && now < known);
}

const NOTHING: Difference = { gone: [], changed: [] };
/** More lines than this cost more than the rows of strangers between the UIDs. */
const MAX_RANGES = 4;

/** UIDs of which most of the messages between them are not known. */
export function rangesOf(known: Known): string[] {
  const sets = uidSets(known.map(({ uid }) => uid)).map(({ set }) => set);
  return sets.length > MAX_RANGES ? [`${known[0]?.uid}:${known.at(-1)?.uid}`] : sets;
}

async function changedSince(
  session: ImapSession,
  range: string,
  modseq: string,
  vanished: string[],
): Promise<FlagChange[]> {
  const changed: FlagChange[] = [];
  await fetchRows(
    session,
    range,
    { flags: true },
    (row) => {
      if (row.flags) changed.push({ uid: row.uid, ...marksOf(row.flags), modseq: row.modseq });
    },
    {
      changedSince: modseq,
      ...(session.qresync ? { onVanished: (set: string) => vanished.push(set) } : {}),
    },
  );
  return changed;
}

/** @returns those of `known` that are not there any more: in no answer to SEARCH, nor to FETCH */
export async function goneByList(session: ImapSession, ranges: string[], known: Known): Promise<number[]> {
  if (known.length === 0) return [];
  const alive = new Set<number>();
  for (const range of ranges) for (const uid of await searchAll(session, range)) alive.add(uid);
  const unseen = known.map(({ uid }) => uid).filter((uid) => !alive.has(uid));
  // A SEARCH that leaves out what is there (pitfalls 23 and 26) must not delete it. Of what is gone FETCH answers nothing.
  for (const { set } of uidSets(unseen)) await fetchRows(session, set, {}, ({ uid }) => alive.add(uid));
  return unseen.filter((uid) => !alive.has(uid));
}

/** @param known ascending by UID */
export async function compareAll(
  session: ImapSession,
  ranges: string[],
  known: Known,
  window: number,
): Promise<Difference> {
  const gone = await goneByList(session, ranges, known);
  const lost = new Set(gone);
  const alive = known.filter(({ uid }) => !lost.has(uid));
  return { gone, changed: await compareFlags(session, alive, window) };
}
