/** Messages of a mailbox that the index does not hold yet, one by one: found by a search, or moved there by another program. */
import { lookAgain, select } from '@/lib/imap/select';
import type { NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { type ImapContext, wiredMailbox } from './context';
import { readEmailsByUid } from './rows';

/** In turn with the syncs of the mailbox. */
export async function readUnknown(
  context: ImapContext,
  mailboxId: Id,
  uidValidity: number,
  uids: number[],
): Promise<NewEmail[]> {
  if (uids.length === 0) return [];
  const { wire } = await wiredMailbox(context, mailboxId);
  const before = context.own.now();
  const read = await context.pool.bulk(async (session) => {
    const selected = await select(session, wire.path);
    if (selected.uidValidity !== uidValidity) return [];
    await lookAgain(session);
    return readEmailsByUid(context, session, selected, mailboxId, uids);
  });
  const touched = context.own.after(mailboxId, before);
  await context.index.write(async (writer) => {
    await writer.addEmails(read.filter(({ location }) => !touched(location.uid ?? 0)));
    if (wire.uidValidity === 0) await writer.setWire(mailboxId, { uidValidity });
  });
  return read;
}
