/**
 * A message that another program moved is the same one (gateway.md 2.2), and a move is told as an update. So what left a
 * mailbox and is known nowhere else is put off until it was looked where mail came in since; what is then still nowhere was
 * destroyed.
 */
import { MailError } from '@/lib/errors';
import { uidSearch } from '@/lib/imap/search';
import { select } from '@/lib/imap/select';
import { gmailMessageOf } from '@/lib/index/ids';
import type { MailboxRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { isNatural } from './aliases';
import { type ImapContext, type LaneName, type WiredMailbox, wiredMailbox } from './context';
import type { Difference, FlagChange } from './difference';
import { anyMessage } from './gmail';
import type { Listed } from './listing';
import { readNew, readTo } from './read-new';
import { readUnknown } from './read-unknown';
import { relist } from './refresh-mailboxes';

export interface Departures {
  mailbox: WiredMailbox;
  gone: number[];
  /** Flagged \Deleted: a client without MOVE copies first. */
  hidden: FlagChange[];
  emailIds: Id[];
}

/** Of a mailbox never opened so many of the newest are read; of Gmail's All Mail so many are asked for. */
const MAX_LOOKED_FOR = 50;

/** @returns the difference without what is put off */
export async function findDepartures(
  context: ImapContext,
  mailbox: WiredMailbox,
  difference: Difference,
): Promise<{ difference: Difference; departures: Departures | null }> {
  const hiding = difference.changed.filter(({ hidden }) => hidden).map(({ uid }) => uid);
  const lone = await knownNowhereElse(context, mailbox.id, [...difference.gone, ...hiding]);
  const gone = difference.gone.filter((uid) => lone.has(uid));
  // Without ids of the server a copy is another message as long as the original is there.
  const hidden = difference.changed.filter((each) => each.hidden && !isNatural(lone.get(each.uid) ?? 'm'));
  if (gone.length + hidden.length === 0) return { difference, departures: null };
  const putOff = new Set([...gone, ...hidden.map(({ uid }) => uid)]);
  return {
    difference: {
      gone: difference.gone.filter((uid) => !putOff.has(uid)),
      changed: difference.changed.filter(({ uid }) => !putOff.has(uid)),
    },
    departures: { mailbox, gone, hidden, emailIds: [...putOff].flatMap((uid) => lone.get(uid) ?? []) },
  };
}

export async function settleDepartures(
  context: ImapContext,
  departures: Departures,
  lane: LaneName,
): Promise<void> {
  const { mailbox, gone, hidden } = departures;
  try {
    await lookElsewhere(context, departures, lane);
  } catch (error) {
    // That they left is certain; where they are is found at a later look.
    if (!(error instanceof MailError)) throw error;
    log.debug('imap.departures', errorFields(error));
  }
  await context.syncs.run(mailbox.id, async () => {
    const now = await context.index.mailbox(mailbox.id);
    if (now?.wire?.uidValidity !== mailbox.wire.uidValidity || now.wire.uidNext < mailbox.wire.uidNext)
      return;
    await context.index.write(async (writer) => {
      if (gone.length > 0) await writer.removeLocations(mailbox.id, gone);
      if (hidden.length > 0) await writer.setLocationKeywords(mailbox.id, hidden);
    });
  });
}

/** Emails of these UIDs that are in no other mailbox, as far as the index knows. */
async function knownNowhereElse(
  { index }: ImapContext,
  mailboxId: Id,
  uids: number[],
): Promise<Map<number, Id>> {
  if (uids.length === 0) return new Map();
  const wanted = new Set(uids);
  const sorted = [...wanted].sort((a, b) => a - b);
  const inMailbox = await index.mailboxLocations(mailboxId, sorted[0] ?? 1, sorted.at(-1) ?? 0);
  // One that was hidden before is no Email that anybody sees.
  const left = inMailbox.filter(({ uid, hidden }) => wanted.has(uid) && !hidden);
  const places = await index.locations([...new Set(left.map(({ emailId }) => emailId))]);
  const elsewhere = new Set(
    places.filter((place) => place.mailboxId !== mailboxId).map(({ emailId }) => emailId),
  );
  return new Map(
    left.filter(({ emailId }) => !elsewhere.has(emailId)).map(({ uid, emailId }) => [uid, emailId]),
  );
}

async function lookElsewhere(
  context: ImapContext,
  { mailbox, emailIds }: Departures,
  lane: LaneName,
): Promise<void> {
  const { before, entries } = await relist(context);
  const listed = new Map(entries.map((entry) => [entry.path, entry.status]));
  for (const row of before) {
    const status = row.wire && listed.get(row.wire.path);
    if (!status || row.id === mailbox.id || !row.wire?.selectable) continue;
    if (row.wire.filledDownTo === null) await readNewest(context, row, status);
    else if ((status.uidNext ?? 0) > row.wire.uidNext) await readArrivals(context, row.id, lane);
  }
  await lookIntoAllMail(context, before, emailIds);
}

/** Only what came: what changed in that mailbox is read by its own next look. */
async function readArrivals(context: ImapContext, mailboxId: Id, lane: LaneName): Promise<void> {
  await context.syncs.run(mailboxId, async () => {
    const mailbox = await wiredMailbox(context, mailboxId);
    const before = context.own.now();
    const news = await context.pool[lane](async (session) => {
      const selected = await select(session, mailbox.wire.path, true);
      if (selected.uidValidity !== mailbox.wire.uidValidity || selected.uidNext === 0) return null;
      return { selected, emails: await readNew(context, session, selected, mailbox) };
    });
    if (!news) return;
    const touched = context.own.after(mailboxId, before);
    await context.index.write(async (writer) => {
      await writer.addEmails(news.emails.filter(({ location }) => !touched(location.uid ?? 0)));
      const end = readTo(news.selected.uidNext, news.emails, touched);
      await writer.setWire(mailboxId, { uidNext: Math.max(mailbox.wire.uidNext, end) });
    });
  });
}

/** Of a mailbox that nobody opened only its number of messages is known. */
async function readNewest(
  context: ImapContext,
  { id, totalEmails }: MailboxRow,
  { messages = 0, uidNext = 0, uidValidity = 0 }: NonNullable<Listed['status']>,
): Promise<void> {
  const came = Math.min(messages - totalEmails, MAX_LOOKED_FOR, uidNext - 1);
  if (came <= 0 || uidValidity === 0) return;
  const uids = Array.from({ length: came }, (_, at) => uidNext - came + at);
  await context.syncs.run(id, () => readUnknown(context, id, uidValidity, uids));
}

/** At Gmail what left a label is in All Mail, where nothing came in (gateway.md pitfall 11). */
async function lookIntoAllMail(context: ImapContext, rows: MailboxRow[], emailIds: Id[]): Promise<void> {
  const messages = emailIds.flatMap((id) => gmailMessageOf(id) ?? []).slice(-MAX_LOOKED_FOR);
  const all = rows.find(({ role }) => role === 'all');
  if (messages.length === 0 || !all?.wire) return;
  const { path } = all.wire;
  await context.syncs.run(all.id, async () => {
    const { uidValidity, uids } = await context.pool.bulk(async (session) => {
      const { uidValidity } = await select(session, path, true);
      return { uidValidity, uids: await uidSearch(session, anyMessage(messages)) };
    });
    await readUnknown(context, all.id, uidValidity, uids);
  });
}
