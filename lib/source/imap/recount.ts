/**
 * Changes are told as differences: what a look once missed (a server that left it out, a crash between two stores) nobody tells
 * again. Each SELECT says how many messages there are (EXISTS, RFC 3501 §7.3.1). Where the index holds all of a mailbox and another
 * number, all UIDs are compared, behind: once, and a difference that stays not again for a day.
 */
import { searchAll } from '@/lib/imap/search';
import { type Selected, select } from '@/lib/imap/select';
import { slices } from '@/lib/index/collect';
import type { Id } from '@/lib/jmap/types';
import { log } from '@/lib/log';
import { runBehind } from './behind';
import { type ImapContext, wiredMailbox } from './context';
import { type Departures, findDepartures, settleDepartures } from './departures';
import { goneByList } from './difference';
import { readUnknown } from './read-unknown';

/** Of one mailbox: one that changes all the time may be miscounted each time. */
const REST_MS = 10 * 60_000;
/** A server may count what it shows to nobody (gateway.md pitfall 26). */
const SAME_REST_MS = 24 * 60 * 60_000;
/** Of one turn at the mailbox. */
const CHUNK = 256;

interface Compared {
  at: number;
  /** How many more the server had after it; null: it did not come to its end. */
  left: number | null;
}
const compared = new WeakMap<ImapContext, Map<Id, Compared>>();
/** By mailbox: a number of the server and one of ours that agree, hidden ones and copies counted. Counting reads all places. */
const agreed = new WeakMap<ImapContext, Map<Id, string>>();

/**
 * After a look that found nothing gone, in turn with the syncs of the mailbox.
 * @param before of `OwnChanges`, before the look
 */
export async function recount(
  context: ImapContext,
  mailboxId: Id,
  { exists }: Selected,
  before: number,
): Promise<void> {
  const row = await context.index.mailbox(mailboxId);
  // It counts visible Emails: with those that are hidden, and with two copies of one, only the count of all tells.
  if (row?.wire?.filledDownTo !== 1 || row.totalEmails === exists) return;
  const numbers = agreed.get(context) ?? new Map<Id, string>();
  agreed.set(context, numbers);
  const pair = `${exists} ${row.totalEmails}`;
  if (numbers.get(mailboxId) === pair) return;
  const more = exists - (await context.index.countLocations(mailboxId));
  if (more === 0) numbers.set(mailboxId, pair);
  if (more === 0 || context.own.anyAfter(mailboxId, before) || !isDue(context, mailboxId, more)) return;
  runBehind(context, 'imap.recount', mailboxId, () => compareUids(context, mailboxId, more));
}

function isDue(context: ImapContext, mailboxId: Id, more: number): boolean {
  const times = compared.get(context) ?? new Map<Id, Compared>();
  compared.set(context, times);
  const last = times.get(mailboxId);
  const rest = last?.left === more ? SAME_REST_MS : REST_MS;
  if (last && Date.now() - last.at < rest) return false;
  times.set(mailboxId, { at: Date.now(), left: null });
  return true;
}

async function compareUids(context: ImapContext, mailboxId: Id, more: number): Promise<void> {
  const found = await context.syncs.run(mailboxId, () => readComparison(context, mailboxId));
  if (!found) return;
  const { uidValidity, lacking, departures, gone } = found;
  const tell = lacking.length + gone > 0 ? log.warn : log.info;
  tell('imap.recount', { mailbox: mailboxId, more, lacking: lacking.length, gone });
  for (const uids of slices(lacking, CHUNK)) {
    await context.syncs.run(mailboxId, () => readUnknown(context, mailboxId, uidValidity, uids));
  }
  if (departures) await settleDepartures(context, departures, 'bulk');
  const left = more - lacking.length + gone;
  compared.get(context)?.set(mailboxId, { at: Date.now(), left });
}

interface Comparison {
  uidValidity: number;
  lacking: number[];
  departures: Departures | null;
  gone: number;
}

/** Below UIDNEXT as it was when the index last looked: what came since is read by the next look. */
async function readComparison(context: ImapContext, mailboxId: Id): Promise<Comparison | null> {
  const mailbox = await wiredMailbox(context, mailboxId);
  const { path, uidValidity, uidNext, filledDownTo } = mailbox.wire;
  if (filledDownTo !== 1 || uidNext <= 1) return null;
  const known = await context.index.mailboxLocations(mailboxId, 1, uidNext - 1);
  const read = await context.pool.bulk(async (session) => {
    const selected = await select(session, path, true);
    if (selected.uidValidity !== uidValidity) return null;
    const alive = new Set(await searchAll(session, `1:${uidNext - 1}`));
    const unseen = known.filter(({ uid }) => !alive.has(uid));
    return { alive, gone: await goneByList(session, [], unseen) };
  });
  if (!read) return null;
  const { difference, departures } = await findDepartures(context, mailbox, { gone: read.gone, changed: [] });
  await context.aliases.noteVanished(mailboxId, read.gone);
  if (difference.gone.length > 0) {
    await context.index.write((writer) => writer.removeLocations(mailboxId, difference.gone, uidValidity));
  }
  const held = new Set(known.map(({ uid }) => uid));
  const lacking = [...read.alive].filter((uid) => !held.has(uid));
  return { uidValidity, lacking, departures, gone: read.gone.length };
}
