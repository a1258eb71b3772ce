/** News of one mailbox into the index: the first page of one never seen, else what changed since the last look. */
import { CommandError } from '@/lib/errors';
import { type Selected, select } from '@/lib/imap/select';
import type { NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { fillBehind } from './backfill';
import { type ImapContext, type LaneName, type WiredMailbox, wiredMailbox } from './context';
import { type Departures, findDepartures, settleDepartures } from './departures';
import { type Difference, readDifference } from './difference';
import { readFirstPage } from './first-page';
import { readLeftOut, readNew, readTo } from './read-new';
import { recount } from './recount';
import { refreshMailboxes } from './refresh-mailboxes';
import { purgePutOff } from './remove';
import { isRenewed } from './renewed';

export async function refreshMailbox(
  context: ImapContext,
  mailboxId: Id,
  window: number,
  lane: LaneName = 'interactive',
): Promise<void> {
  const departures = await context.syncs.run(mailboxId, () =>
    refresh(context, mailboxId, window, lane).catch(async (error) => {
      if (!(error instanceof CommandError) || error.code !== 'notFound') throw error;
      if (await isRenamed(context, mailboxId)) return refresh(context, mailboxId, window, lane);
      await notThere(context, mailboxId);
      return null;
    }),
  );
  // Not in turn with the syncs of this mailbox: those of others come first.
  if (departures) await settleDepartures(context, departures, lane);
}

/** By another program, as a new list tells. @throws notFound if it is listed no more */
async function isRenamed(context: ImapContext, mailboxId: Id): Promise<boolean> {
  const before = await context.index.mailbox(mailboxId);
  await refreshMailboxes(context);
  return (await wiredMailbox(context, mailboxId)).wire.path !== before?.wire?.path;
}

async function notThere(context: ImapContext, mailboxId: Id): Promise<void> {
  // Dovecot may list for ever what it deleted while it was created: it holds nothing.
  const known = await context.index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER);
  const uids = known.map(({ uid }) => uid);
  await context.aliases.noteVanished(mailboxId, uids);
  await context.index.write(async (writer) => {
    await writer.removeLocations(mailboxId, uids);
    await writer.setWire(mailboxId, { selectable: false, filledDownTo: null, uidValidity: 0 });
  });
}

async function refresh(
  context: ImapContext,
  mailboxId: Id,
  window: number,
  lane: LaneName,
): Promise<Departures | null> {
  const mailbox = await wiredMailbox(context, mailboxId);
  const news = mailbox.wire.filledDownTo === null ? 'renewed' : await catchUp(context, mailbox, window, lane);
  if (news === 'renewed') {
    await readFirstPage(context, mailbox, window);
    return null;
  }
  if (mailbox.wire.filledDownTo !== 1) fillBehind(context, mailboxId);
  return news;
}

/** @returns `renewed` when the mailbox has another UIDVALIDITY than what the index holds */
async function catchUp(
  context: ImapContext,
  mailbox: WiredMailbox,
  window: number,
  lane: LaneName,
): Promise<Departures | null | 'renewed'> {
  const before = context.own.now();
  const news = await context.pool[lane](async (session) => {
    let selected = await select(session, mailbox.wire.path, true);
    if (await isRenewed(context, session, selected, mailbox)) return null;
    if (await purgePutOff(context, session)) selected = await select(session, mailbox.wire.path, true);
    const fresh = await readNew(context, session, selected, mailbox);
    const difference = await readDifference(context, session, selected, mailbox, window);
    const emails = [...(await readLeftOut(context, session, selected, mailbox, difference)), ...fresh];
    return { selected, emails, difference };
  });
  if (!news) return 'renewed';
  const departures = await writeNews(context, mailbox, before, news);
  if (news.difference.gone.length === 0) await recount(context, mailbox.id, news.selected, before);
  return departures;
}

async function writeNews(
  context: ImapContext,
  mailbox: WiredMailbox,
  before: number,
  news: { selected: Selected; emails: NewEmail[]; difference: Difference },
): Promise<Departures | null> {
  const { selected, emails } = news;
  const { difference, departures } = await findDepartures(context, mailbox, news.difference);
  const touched = context.own.after(mailbox.id, before);
  const fresh = emails.filter((email) => !touched(email.location.uid ?? 0));
  const highest = emails.at(-1)?.location.uid ?? 0;
  await context.aliases.noteVanished(mailbox.id, news.difference.gone);
  const changed = difference.changed.filter(({ uid }) => !touched(uid));
  const isAll = fresh.length === emails.length && changed.length === difference.changed.length;
  const wire = {
    uidNext: Math.max(mailbox.wire.uidNext, readTo(Math.max(selected.uidNext, highest + 1), emails, touched)),
    // What is put off, and what others did to a message that we changed meanwhile, is asked for once more by the next look.
    highestModseq: departures || !isAll ? mailbox.wire.highestModseq : selected.highestModseq,
  };
  const isSame = wire.uidNext === mailbox.wire.uidNext && wire.highestModseq === mailbox.wire.highestModseq;
  if (isSame && fresh.length + difference.gone.length + changed.length === 0) return departures;
  await context.index.write(async (writer) => {
    // First what is new: a message that another program moved here keeps its id and is not destroyed in between.
    if (fresh.length > 0) await writer.addEmails(fresh);
    // Whatever we did to them meanwhile: a UID that went does not come back, and is not told again.
    if (difference.gone.length > 0) await writer.removeLocations(mailbox.id, difference.gone);
    if (changed.length > 0) await writer.setLocationKeywords(mailbox.id, changed);
    await writer.setWire(mailbox.id, wire);
  });
  return departures;
}
