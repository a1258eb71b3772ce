/**
 * What changed among the messages the index knows: flags and vanished UIDs, by QRESYNC (RFC 7162), by CONDSTORE and a
 * UID list, or by comparing all (gateway.md 1, tiers A to E). Only the range that was read is compared: a wider look
 * would take the rest of the mailbox for deleted (pitfall 33).
 */
import { fetchRows } from '@/lib/imap/fetch';
import { searchAll } from '@/lib/imap/search';
import type { Selected } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { rangeTest } from '@/lib/imap/uid-set';
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
  const [low, high] = [wire.filledDownTo ?? 1, wire.uidNext - 1];
  if (high < low) return { gone: [], changed: [] };
  const known = () => context.index.mailboxLocations(id, low, high);
  const range = `${low}:${high}`;
  if (!wire.highestModseq || !selected.highestModseq) {
    return compareAll(session, range, await known(), window);
  }
  if (wire.highestModseq === selected.highestModseq && session.qresync) return { gone: [], changed: [] };
  const vanished: string[] = [];
  const changed = await changedSince(session, range, wire.highestModseq, vanished);
  if (session.qresync) {
    if (vanished.length === 0) return { gone: [], changed };
    // The server may name UIDs that never were (RFC 7162 §3.2.6), in ranges of any size.
    const isGone = rangeTest(vanished.join(','));
    return { gone: (await known()).filter(({ uid }) => isGone(uid)).map(({ uid }) => uid), changed };
  }
  return { gone: await goneByList(session, range, await known()), changed };
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

async function goneByList(session: ImapSession, range: string, known: Known): Promise<number[]> {
  if (known.length === 0) return [];
  const alive = new Set(await searchAll(session, range));
  return known.filter(({ uid }) => !alive.has(uid)).map(({ uid }) => uid);
}

async function compareAll(
  session: ImapSession,
  range: string,
  known: Known,
  window: number,
): Promise<Difference> {
  const gone = await goneByList(session, range, known);
  const lost = new Set(gone);
  const alive = known.filter(({ uid }) => !lost.has(uid));
  return { gone, changed: await compareFlags(session, alive, window) };
}
