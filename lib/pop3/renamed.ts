/**
 * A server that was moved names all mail anew (gateway.md 3): more than half of what is known is gone at once. What it lists
 * instead is compared by header and size with what is here, so that it does not come a second time. In doubt it is fetched
 * whole, and its bytes decide (FeedStore.store).
 */
import { arrivalOf } from '@/lib/mime/arrival';
import type { Pop3Client } from '@/lib/pop3/client';
import type { FeedStore, LedgerEntry } from '@/lib/pop3/feed-store';
import { type Chosen, type FirstRunPolicy, headerOf } from '@/lib/pop3/first-run';
import type { MaildropMessage } from '@/lib/pop3/maildrop';

/** Headers asked for at once where the server takes commands in a pipeline. */
const TOGETHER = 50;
const RECEIVED = /^received:/im;

export interface Names {
  known: ReadonlyMap<string, LedgerEntry>;
  present: ReadonlySet<string>;
}

/** Which names the server has no longer. `isMoved`: so many at once that it names all anew, or shows nothing for once. */
function goneOf({ known, present }: Names): { gone: [string, LedgerEntry][]; isMoved: boolean } {
  const there = [...known].filter(([, { state }]) => state !== 'deleted');
  const gone = there.filter(([uidl]) => !present.has(uidl));
  return { gone, isMoved: gone.length * 2 > there.length };
}

/** What the server has no longer, and may give its name to another message: what comes under it from now on is read. */
export function vanished(names: Names, was: LedgerEntry['state']): string[] {
  const { gone, isMoved } = goneOf(names);
  return isMoved ? [] : gone.flatMap(([uidl, { state }]) => (state === was ? [uidl] : []));
}

/** @param fresh what would be fetched @returns what is still to be fetched, and what the first session left out under another name */
export async function withoutRenamed(
  client: Pop3Client,
  store: FeedStore,
  fresh: MaildropMessage[],
  { known, present }: Names,
  { firstRun }: FirstRunPolicy,
  now: number,
): Promise<Chosen> {
  const { gone: names, isMoved } = goneOf({ known, present });
  if (!isMoved) return { wanted: fresh, skipped: [] };
  const gone = names.map(([, entry]) => entry);
  const sizes = new Set(gone.map(({ size }) => size));
  const doubtful = fresh.filter(({ uidl, size, keep }) => !keep && !known.has(uidl) && sizes.has(size));
  const leftOut = firstRun === 'all' ? new Map<number, number>() : leftOutUntil(gone);
  const here = new Set<string>();
  const skipped = new Set<MaildropMessage>();
  for (let at = 0; at < doubtful.length; at += TOGETHER) {
    const slice = doubtful.slice(at, at + TOGETHER);
    const headers = await Promise.all(slice.map(({ number }) => headerOf(client, number)));
    const tops = slice.flatMap((listing, index) => {
      const header = headers[index];
      return header ? [{ listing, header }] : [];
    });
    for (const uidl of await store.adopt(tops, present)) here.add(uidl);
    for (const { listing, header } of tops) {
      // Only a server on the way tells when it came; Date is the sender's.
      const isDated = RECEIVED.test(header.toString('latin1'));
      const isBefore = isDated && arrivalOf(header, now) < (leftOut.get(listing.size) ?? 0);
      if (isBefore && !here.has(listing.uidl)) skipped.add(listing);
    }
  }
  return {
    wanted: fresh.filter((message) => !here.has(message.uidl) && !skipped.has(message)),
    skipped: [...skipped],
  };
}

/** By size: until when a message must have arrived to be one that was left out. */
function leftOutUntil(gone: LedgerEntry[]): Map<number, number> {
  const until = new Map<number, number>();
  for (const { state, size, firstSeen } of gone)
    if (state === 'skipped') until.set(size, Math.max(firstSeen, until.get(size) ?? 0));
  return until;
}
