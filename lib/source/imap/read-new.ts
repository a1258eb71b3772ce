/** What came into a mailbox since the index looked into it. */
import type { Selected } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import type { NewEmail } from '@/lib/index/types';
import { log } from '@/lib/log';
import type { ImapContext, WiredMailbox } from './context';
import type { Difference } from './difference';
import { readEmails, readEmailsByUid } from './rows';

/** UIDs of one command when many messages came at once. */
const NEW_CHUNK = 1_000;

/**
 * Where the next look begins. What we changed while it was read is read once more: it is left to whoever changed it, and if that
 * could not be written, nobody else would ever put it into the index.
 * @param emails ascending by UID
 */
export function readTo(end: number, emails: NewEmail[], touched: (uid: number) => boolean): number {
  const left = emails.find(({ location }) => touched(location.uid ?? 0));
  return Math.min(end, left?.location.uid ?? end);
}

/** On the selected mailbox. */
export async function readNew(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  { id, wire }: WiredMailbox,
): Promise<NewEmail[]> {
  const emails: NewEmail[] = [];
  // UIDNEXT is missing on some servers: then the answer to `n:*` tells.
  const end = selected.uidNext > 0 ? selected.uidNext - 1 : null;
  if (end === null) {
    const range = { set: `${wire.uidNext}:*`, bySequence: false };
    return selected.exists > 0 ? readEmails(context, session, selected, id, range) : [];
  }
  for (let low = wire.uidNext; low <= end; low += NEW_CHUNK) {
    const range = { set: `${low}:${Math.min(end, low + NEW_CHUNK - 1)}`, bySequence: false };
    emails.push(...(await readEmails(context, session, selected, id, range)));
  }
  return emails;
}

/**
 * What the server names as changed and the index lacks, though it should hold it: an earlier look has left it out.
 * @returns ascending by UID, all below what `readNew` reads
 */
export async function readLeftOut(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  { id, wire }: WiredMailbox,
  { changed }: Difference,
): Promise<NewEmail[]> {
  const low = wire.filledDownTo ?? 1;
  const held = changed.map(({ uid }) => uid).filter((uid) => uid >= low && uid < wire.uidNext);
  const uids = await context.index.unknownUids(id, held);
  if (uids.length > 0) log.info('imap.left-out', { mailbox: id, messages: uids.length });
  return readEmailsByUid(context, session, selected, id, uids);
}
