/**
 * Reads the rest of a mailbox behind its first page: newest first, in chunks, on the bulk connection. Each chunk is
 * written with how far it reached, so a restart goes on where it stopped (design decision 3).
 */
import { ConnectionError } from '@/lib/errors';
import { firstSince, searchAll } from '@/lib/imap/search';
import { lookAgain, select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import type { MailboxWire, NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { runBehind, runsBehind } from './behind';
import { type ImapContext, type WiredMailbox, wiredMailbox } from './context';
import { goneByList } from './difference';
import { readEmailsByUid } from './rows';

/** Messages of one turn at the mailbox: a click on it waits for no more than that. */
const CHUNK = 512;
/**
 * Rows of one command and of one transaction, about 50 ms: a change made by the user waits for no more, and fewer rows cost a
 * third more each. While one is written the server makes the next.
 */
const PIECE = 256;

/** Of a list that is scrolled to its end again and again. */
const FEWEST_OLDER = 200;

const DAY_MS = 86_400_000;

const FILL = 'imap.backfill';

/** Starts, or goes on with, the filling of a mailbox. Errors end it until the next refresh of the mailbox. */
export function fillBehind(context: ImapContext, mailboxId: Id): void {
  runBehind(context, FILL, mailboxId, () => backfill(context, mailboxId));
}

async function backfill(context: ImapContext, mailboxId: Id): Promise<void> {
  const { wire } = await wiredMailbox(context, mailboxId);
  if (wire.filledDownTo === null || wire.filledDownTo <= 1) return;
  const below = wire.filledDownTo - 1;
  const uids = await context.pool.bulk(async (session) => {
    // Seen as a search has left it, the mailbox would lack what came before the first page and since.
    sameValidity((await select(session, wire.path, true)).uidValidity, wire);
    const days = context.settings.windowDays;
    const low = days === null ? 1 : await firstSince(session, `1:${below}`, Date.now() - days * DAY_MS);
    return low === null ? null : searchAll(session, `${low}:${below}`);
  });
  // All that is young enough is here; what is older is read when a search finds it.
  if (uids === null) return;
  // One without UIDs, too, writes that nothing is left.
  let end = uids.length;
  do {
    if (context.closed.aborted) throw new ConnectionError('connectionLost', 'closed');
    const chunk = uids.slice(Math.max(0, end - CHUNK), end);
    const last = end <= CHUNK && context.settings.windowDays === null;
    await context.syncs.run(mailboxId, () => fillChunk(context, mailboxId, wire, chunk, last));
    end -= CHUNK;
  } while (end > 0);
}

/** Beyond the window of days, when somebody reads on: the next older ones, while they wait. */
export async function fillOlder(context: ImapContext, mailboxId: Id, count: number): Promise<void> {
  const { wire } = await wiredMailbox(context, mailboxId);
  if (wire.filledDownTo === null || wire.filledDownTo <= 1 || runsBehind(context, FILL, mailboxId)) return;
  const below = wire.filledDownTo - 1;
  const uids = await context.pool.interactive(async (session) => {
    sameValidity((await select(session, wire.path, true)).uidValidity, wire);
    return searchAll(session, `1:${below}`);
  });
  const chunk = uids.slice(-Math.min(CHUNK, Math.max(count, FEWEST_OLDER)));
  const last = chunk.length === uids.length;
  await context.syncs.run(mailboxId, () => fillChunk(context, mailboxId, wire, chunk, last));
}

/** @throws so that the filling ends: UIDs of another UIDVALIDITY name other messages, and the next refresh begins anew (I7) */
function sameValidity(now: number, { uidValidity }: MailboxWire): void {
  if (now !== uidValidity) throw new ConnectionError('connectionLost', 'UIDVALIDITY changed');
}

/** @param begun the mailbox as it was when the UIDs were read */
async function fillChunk(
  context: ImapContext,
  mailboxId: Id,
  begun: MailboxWire,
  uids: number[],
  last: boolean,
): Promise<void> {
  const mailbox = await wiredMailbox(context, mailboxId);
  const { wire } = mailbox;
  // A refresh may have begun anew since the last chunk.
  sameValidity(wire.uidValidity, begun);
  if (wire.uidNext < begun.uidNext) throw new ConnectionError('connectionLost', 'UIDNEXT went back');
  const [first, ...others] = piecesOf(uids, (wire.filledDownTo ?? 1) - 1, last ? 1 : null);
  let read = await readPiece(context, mailbox, first, true);
  for (const piece of others) {
    [read] = await both(readPiece(context, mailbox, piece, false), writePiece(context, mailboxId, read));
  }
  await writePiece(context, mailboxId, read);
}

interface Piece {
  uids: number[];
  low: number;
  high: number;
}

/** Newest first; there is one even without UIDs, which writes that nothing is left. */
function piecesOf(uids: number[], high: number, low: number | null): [Piece, ...Piece[]] {
  const end = Math.max(0, uids.length - PIECE);
  const newest = uids.slice(end);
  if (end === 0) return [{ uids: newest, low: low ?? newest[0] ?? 1, high }];
  const bottom = newest[0] ?? 1;
  return [{ uids: newest, low: bottom, high }, ...piecesOf(uids.slice(0, end), bottom - 1, low)];
}

/** Both to their end: what fails must leave nothing behind that goes on when others have their turn. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

interface Read extends Piece {
  /** Of `OwnChanges`, before reading. */
  before: number;
  emails: NewEmail[];
  gone: number[];
}

async function readPiece(
  context: ImapContext,
  { id, wire }: WiredMailbox,
  piece: Piece,
  isFirst: boolean,
): Promise<Read> {
  const before = context.own.now();
  const { emails, gone } = await context.pool.bulk(async (session) => {
    const selected = await select(session, wire.path);
    sameValidity(selected.uidValidity, wire);
    // What the last refresh has seen must not be read as it was before.
    if (isFirst) await lookAgain(session);
    const emails = await readEmailsByUid(context, session, selected, id, piece.uids);
    return { emails, gone: await readGone(context, session, id, piece, emails) };
  });
  return { ...piece, before, emails, gone };
}

async function writePiece(
  context: ImapContext,
  mailboxId: Id,
  { before, emails, gone, low }: Read,
): Promise<void> {
  const touched = context.own.after(mailboxId, before);
  const fresh = emails.filter((email) => email.location.uid === null || !touched(email.location.uid));
  await context.aliases.noteVanished(mailboxId, gone);
  if (gone.length > 0) await context.index.write((writer) => writer.removeLocations(mailboxId, gone));
  await context.index.writeBehind(async (writer) => {
    if (fresh.length > 0) await writer.addEmails(fresh);
    await writer.setWire(mailboxId, { filledDownTo: low });
  });
}

/** A search has put them into the index, and since then somebody expunged them. */
async function readGone(
  context: ImapContext,
  session: ImapSession,
  mailboxId: Id,
  { low, high }: Piece,
  read: NewEmail[],
): Promise<number[]> {
  const seen = new Set(read.map(({ location }) => location.uid));
  const known = await context.index.mailboxLocations(mailboxId, low, high);
  return goneByList(
    session,
    [`${low}:${high}`],
    known.filter(({ uid }) => !seen.has(uid)),
  );
}
