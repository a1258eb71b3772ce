/**
 * One session of a POP3 feed (gateway.md 3, security.md I10): list, fetch what is new, delete what is due. A message
 * counts as fetched when it is stored durably; DELE comes only after that, and only QUIT's +OK makes it true (RFC 1939 §6).
 */
import { CommandError, RequestError } from '@/lib/errors';
import type { BrokenOff } from '@/lib/pop3/broken-off';
import type { Pop3Client } from '@/lib/pop3/client';
import type { FeedStore, Fetched, LedgerEntry, Listing } from '@/lib/pop3/feed-store';
import { bytesOf, fetchGroups, fetchWhole, type Wanted } from '@/lib/pop3/fetch';
import { chooseFirst, type FirstRunPolicy } from '@/lib/pop3/first-run';
import { type MaildropMessage, readMaildrop } from '@/lib/pop3/maildrop';
import { vanished, withoutRenamed } from '@/lib/pop3/renamed';

const DAY_MS = 24 * 60 * 60 * 1000;
/** So many new ones are a first run or a long absence: what is newest matters most then. */
const BACKLOG = 100;

export interface FeedPolicy extends FirstRunPolicy {
  leaveOnServer: boolean;
  deleteAfterDays: number | null;
  /** What is removed here goes there too (FeedStore.removedHere). */
  followsRemoval: boolean;
  sessionMessages: number;
  sessionBytes: number;
  /** Of larger messages only the headers are fetched. */
  headersAbove: number;
  /** Larger ones can be put nowhere: they stay where they are. */
  mostBytes: number;
}

export interface FeedProgress {
  done: number;
  total: number;
  bytes: number;
}

export interface FeedRun {
  policy: FeedPolicy;
  /** No session with this maildrop has ended well yet. */
  isFirst: boolean;
  /** When the first one did, of a run before this one. */
  begunAt: number | null;
  /** Of this maildrop, across its sessions. */
  brokenOff: BrokenOff;
  now(): number;
  /** The connection broke off at this one. */
  onBroken(uidl: string): void;
  /** The list is read; fetching begins. */
  onListed(): void;
  onProgress(progress: FeedProgress): void;
}

export interface FeedResult {
  fetched: number;
  bytes: number;
  deleted: number;
  /** New ones that the server did not give: asked for again next time. */
  refused: number;
  /** What the limits of the session left for the next one. */
  left: number;
  /** Of those that were fetched: not here before under any name. */
  fresh: number;
}

/** `client` is signed in; it is closed by QUIT here, by the caller on failure. */
export async function runFeed(client: Pop3Client, store: FeedStore, run: FeedRun): Promise<FeedResult> {
  const maildrop = await readMaildrop(client);
  const known = await store.entries();
  const present = new Set(maildrop.map(({ uidl }) => uidl));
  await confirmLostQuit(store, known, present);
  const { policy } = run;
  const fresh = maildrop.filter((message) => isWanted(message, known.get(message.uidl), policy));
  const { wanted, skipped } =
    run.isFirst && known.size === 0
      ? await chooseFirst(client, fresh, policy, run.now())
      : await withoutRenamed(client, store, fresh, { known, present }, policy, run.now());
  await store.seen(
    wanted.filter(({ uidl }) => !known.has(uidl)),
    skipped,
  );
  await store.setState(vanished({ known, present }, 'skipped'), 'deleted');
  // Should it come back, its bytes tell whether it is the same.
  await store.setState(vanished({ known, present }, 'stored'), 'seen');
  run.onListed();
  const willing = withExtent(wanted, known, present, run).filter((message) => isFit(message, run));
  const session = ofSession(willing, run);
  const brought = await fetchWanted(client, store, session, present, run);
  const deleted = await deleteDue(client, store, maildrop, run);
  return {
    ...{ ...brought, deleted },
    refused: wanted.length - willing.length + session.length - brought.fetched,
    left: willing.length - session.length,
  };
}

/** In the order in which they are fetched, as many as one session takes; one at least. */
function ofSession(wanted: Wanted[], { policy, brokenOff }: FeedRun): Wanted[] {
  const { sessionMessages, sessionBytes } = policy;
  const all = wanted.length > BACKLOG ? wanted.toReversed() : wanted;
  const isBad = ({ uidl }: Wanted) => brokenOff.isAmong(uidl);
  const order = [...all.filter((message) => !isBad(message)), ...all.filter(isBad)];
  let bytes = 0;
  const end = order.findIndex((message, index) => {
    bytes += bytesOf(message);
    return index > 0 && (index >= sessionMessages || bytes > sessionBytes);
  });
  return end < 0 ? order : order.slice(0, end);
}

function isFit({ uidl, size, headerOnly }: Wanted, { policy, brokenOff, now }: FeedRun): boolean {
  return (headerOnly || size <= policy.mostBytes) && !brokenOff.rests(uidl, now());
}

/** The answer to QUIT was lost, but the server did delete: they are gone from its list. */
async function confirmLostQuit(
  store: FeedStore,
  known: Map<string, LedgerEntry>,
  present: Set<string>,
): Promise<void> {
  const gone = [...known].filter(([uidl, { state }]) => state === 'delete-due' && !present.has(uidl));
  await store.setState(
    gone.map(([uidl]) => uidl),
    'deleted',
  );
}

/** Of which all may be here; `seen`: one that was stored and vanished. */
const HELD: ReadonlySet<LedgerEntry['state']> = new Set(['seen', 'stored', 'delete-due']);

/**
 * A large message under a new UIDL may be one that is here already, where the server numbers anew: only its bytes tell,
 * so it is fetched whole if one of its size has vanished.
 */
function withExtent(
  wanted: MaildropMessage[],
  known: Map<string, LedgerEntry>,
  present: Set<string>,
  { policy: { headersAbove }, begunAt, now }: FeedRun,
): Wanted[] {
  const gone = new Set<number>();
  for (const [uidl, { state, size }] of known) {
    if (!present.has(uidl) && HELD.has(state)) gone.add(size);
  }
  return wanted.map((message) => ({
    ...message,
    headerOnly: message.size > headersAbove && !gone.has(message.size),
    isOld: begunAt === null || (seenAt(message, known.get(message.uidl)) ?? now()) <= begunAt,
  }));
}

/** null: not before; what had its UIDL was another message. */
function seenAt({ size }: Listing, entry: LedgerEntry | undefined): number | null {
  return entry && entry.size === size && entry.state !== 'deleted' ? entry.firstSeen : null;
}

function isWanted(
  listing: Listing,
  entry: LedgerEntry | undefined,
  { headersAbove, firstRun }: FeedPolicy,
): boolean {
  if (!entry || entry.state === 'seen') return true;
  // Another size under a known UIDL is another message (cyrusimap/cyrus-imapd#374).
  if (entry.size !== listing.size) return true;
  // What the first session left out is wanted by who says `all` later.
  if (entry.state === 'skipped') return firstRun === 'all';
  // The rest of it comes when somebody opens it, or larger ones are wanted whole by now.
  if (entry.state === 'listed') return listing.size <= headersAbove;
  // Deleted and here again: the id was given anew, or the server ignores DELE, which `keep` then remembers.
  return entry.state === 'deleted' && !entry.keep;
}

async function fetchWanted(
  client: Pop3Client,
  store: FeedStore,
  wanted: Wanted[],
  present: Set<string>,
  run: FeedRun,
): Promise<Pick<FeedResult, 'fetched' | 'fresh' | 'bytes'>> {
  let fetched = 0;
  let fresh = 0;
  let bytes = 0;
  const storeGroup = async (group: Fetched[]) => {
    const arrived = await store.store(group, present);
    fresh += arrived;
    fetched += group.length;
    for (const { listing, content } of group) {
      run.brokenOff.forget(listing.uidl);
      bytes += Buffer.isBuffer(content) ? content.length : content.size;
    }
    run.onProgress({ done: fetched, total: wanted.length, bytes });
  };
  // One group is committed while the next one is read; no third, so that memory stays what it is.
  let before = Promise.resolve();
  try {
    for await (const group of fetchGroups(client, wanted, store, run.onBroken)) {
      const storing = storeGroup(group);
      // Awaited one group later.
      storing.catch(() => undefined);
      const earlier = before;
      before = storing;
      await earlier;
    }
  } finally {
    // What had come before a lost connection is kept.
    await before;
  }
  return { fetched, fresh, bytes };
}

/** A session for one message, of which only the headers were fetched. @throws goneAtProvider */
export async function completeOne(client: Pop3Client, store: FeedStore, uidl: string): Promise<void> {
  const message = (await readMaildrop(client)).find((one) => one.uidl === uidl);
  if (!message) throw new RequestError('goneAtProvider', 'the server no longer has this message');
  await store.complete(message, await fetchWhole(client, message.number, store));
  await client.quit();
}

async function deleteDue(
  client: Pop3Client,
  store: FeedStore,
  maildrop: MaildropMessage[],
  run: FeedRun,
): Promise<number> {
  const { leaveOnServer, deleteAfterDays, followsRemoval } = run.policy;
  const keepsAll = leaveOnServer && deleteAfterDays === null && !followsRemoval;
  const known = keepsAll ? new Map<string, LedgerEntry>() : await store.entries();
  const before = deadline(run);
  const stored = maildrop.filter(({ uidl, keep, size }) => {
    const entry = known.get(uidl);
    // Of another size it is another message, which this session has not read.
    if (!entry || keep || entry.keep || entry.size !== size) return false;
    return entry.state === 'stored' || entry.state === 'delete-due';
  });
  const removed = await store.removedHere(followsRemoval ? stored.map(({ uidl }) => uidl) : []);
  const due = stored.filter(
    ({ uidl }) => removed.has(uidl) || (known.get(uidl)?.firstSeen ?? Number.POSITIVE_INFINITY) <= before,
  );
  const verified = await store.verified(due.map(({ uidl }) => uidl));
  const safe = due.filter(({ uidl }) => verified.has(uidl));
  await store.setState(
    safe.map(({ uidl }) => uidl),
    'delete-due',
  );
  const marked = await markDeleted(client, safe);
  await client.quit();
  await store.setState(marked, 'deleted');
  return marked.length;
}

/** What was first seen by then goes. */
function deadline({ policy: { leaveOnServer, deleteAfterDays }, now }: FeedRun): number {
  if (!leaveOnServer) return Number.MAX_SAFE_INTEGER;
  return deleteAfterDays === null ? Number.NEGATIVE_INFINITY : now() - deleteAfterDays * DAY_MS;
}

async function markDeleted(client: Pop3Client, messages: MaildropMessage[]): Promise<string[]> {
  const marks = messages.map(async ({ number, uidl }) => {
    try {
      await client.delete(number);
      return [uidl];
    } catch (error) {
      // One that the server will not delete stays due; the others are not held up.
      if (error instanceof CommandError) return [];
      throw error;
    }
  });
  return (await Promise.all(marks)).flat();
}
