/** The newest messages of a mailbox never seen, by sequence number: no search, no sort, one FETCH (design decision 3). */
import { type Selected, select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { emailIdOfLocation } from '@/lib/index/ids';
import type { NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { fillBehind } from './backfill';
import type { ImapContext, WiredMailbox } from './context';
import { compareAll, type FlagChange, rangesOf } from './difference';
import { readTo } from './read-new';
import { isRenewed } from './renewed';
import { readEmails } from './rows';

export async function readFirstPage(
  context: ImapContext,
  mailbox: WiredMailbox,
  window: number,
): Promise<void> {
  const before = context.own.now();
  const page = await context.pool.interactive(async (session) => {
    const selected = await select(session, mailbox.wire.path, true);
    const emails = await readNewest(context, session, selected, mailbox.id, window);
    const hasIds = context.serverIds.items(session).length > 0;
    return { selected, emails, hasIds, ...(await readOutdated(context, session, selected, mailbox, emails)) };
  });
  const { selected, emails, hasIds, renewed, outdated, changed } = page;
  const complete = selected.exists <= window;
  const lowest = emails[0]?.location.uid ?? selected.uidNext;
  const highest = emails.at(-1)?.location.uid ?? 0;
  // What we changed under the old UIDs are other messages.
  const touched = renewed ? () => false : context.own.after(mailbox.id, before);
  const isReset = renewed && mailbox.wire.uidValidity === selected.uidValidity;
  // Their ids are those of other messages now.
  if (!isReset) await context.aliases.noteVanished(mailbox.id, outdated);
  if (isReset && !hasIds) await context.aliases.renew(mailbox.id, selected.uidValidity, mailbox.wire.uidNext);
  // Under the new UIDVALIDITY they are the messages that they were, after a reset others than the old ids say.
  const read = isReset && !hasIds ? asComputed(emails) : emails;
  const known = renewed ? await context.aliases.resolve(read) : emails;
  const fresh = known.filter(({ location }) => !touched(location.uid ?? 0));
  const flagged = changed.filter(({ uid }) => !touched(uid));
  const isAll = fresh.length === known.length && flagged.length === changed.length;
  // By itself under the same UIDVALIDITY: one that has the UID of another is not that one.
  if (isReset) await context.index.write((writer) => writer.removeLocations(mailbox.id, outdated));
  await context.index.write(async (writer) => {
    if (outdated.length > 0 && !isReset) await writer.removeLocations(mailbox.id, outdated);
    await writer.addEmails(fresh);
    if (flagged.length > 0) await writer.setLocationKeywords(mailbox.id, flagged);
    await writer.setWire(mailbox.id, {
      uidValidity: selected.uidValidity,
      uidNext: readTo(Math.max(selected.uidNext, highest + 1), known, touched),
      // What others did to a message that we changed meanwhile is seen by comparing all once more.
      highestModseq: isAll ? selected.highestModseq : null,
      filledDownTo: complete ? 1 : lowest,
    });
  });
  if (!complete) fillBehind(context, mailbox.id);
}

function asComputed(emails: NewEmail[]): NewEmail[] {
  return emails.map((email) => {
    const { mailboxId, uidValidity, uid } = email.location;
    return { ...email, id: emailIdOfLocation(mailboxId, uidValidity, uid ?? 0) };
  });
}

async function readNewest(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  mailboxId: Id,
  window: number,
): Promise<NewEmail[]> {
  if (selected.exists === 0) return [];
  const first = Math.max(1, selected.exists - window + 1);
  const range = { set: `${first}:${selected.exists}`, bySequence: true };
  return readEmails(context, session, selected, mailboxId, range);
}

/** What searches and our own commands have put into the index before: is it there, and as it was? */
async function readOutdated(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  mailbox: WiredMailbox,
  read: NewEmail[],
): Promise<{ renewed: boolean; outdated: number[]; changed: FlagChange[] }> {
  const all = await context.index.mailboxLocations(mailbox.id, 1, Number.MAX_SAFE_INTEGER);
  // Under another UIDVALIDITY the same UIDs are other messages: what was known goes (security.md R14, I7).
  const renewed = await isRenewed(context, session, selected, mailbox);
  if (renewed) return { renewed, outdated: all.map(({ uid }) => uid), changed: [] };
  const seen = new Set(read.map(({ location }) => location.uid));
  const known = all.filter(({ uid }) => !seen.has(uid));
  const { gone, changed } = await compareAll(session, rangesOf(known), known, known.length);
  return { renewed, outdated: gone, changed };
}
