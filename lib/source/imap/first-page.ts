/** The newest messages of a mailbox never seen, by sequence number: no search, no sort, one FETCH (design decision 3). */
import { select } from '@/lib/imap/select';
import type { Id } from '@/lib/jmap/types';
import { fillBehind } from './backfill';
import type { ImapContext, WiredMailbox } from './context';
import { readEmails } from './rows';

export async function readFirstPage(
  context: ImapContext,
  mailbox: WiredMailbox,
  window: number,
): Promise<void> {
  const { selected, emails } = await context.pool.interactive(async (session) => {
    const selected = await select(session, mailbox.wire.path, true);
    if (selected.exists === 0) return { selected, emails: [] };
    const first = Math.max(1, selected.exists - window + 1);
    const range = { set: `${first}:${selected.exists}`, bySequence: true };
    return { selected, emails: await readEmails(context, session, selected, mailbox.id, range) };
  });
  const complete = selected.exists <= window;
  const lowest = emails[0]?.location.uid ?? selected.uidNext;
  const highest = emails.at(-1)?.location.uid ?? 0;
  // Under another UIDVALIDITY the same UIDs are other messages: what was known goes (security.md R14, I7).
  const renewed = mailbox.wire.uidValidity !== 0 && mailbox.wire.uidValidity !== selected.uidValidity;
  const outdated = renewed ? await knownUids(context, mailbox.id) : [];
  await context.index.write(async (writer) => {
    if (outdated.length > 0) await writer.removeLocations(mailbox.id, outdated);
    await writer.addEmails(emails);
    await writer.setWire(mailbox.id, {
      uidValidity: selected.uidValidity,
      uidNext: Math.max(selected.uidNext, highest + 1),
      highestModseq: selected.highestModseq,
      filledDownTo: complete ? 1 : lowest,
    });
  });
  if (!complete) fillBehind(context, mailbox.id);
}

async function knownUids({ index }: ImapContext, mailboxId: Id): Promise<number[]> {
  return (await index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER)).map(({ uid }) => uid);
}
