/** Whether a mailbox is still what the index holds under its name (security.md I7, R14). */
import { fetchRows } from '@/lib/imap/fetch';
import type { Selected } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import type { ImapContext, WiredMailbox } from './context';

/** On the selected mailbox. Of one that was never read the index holds nothing that could be of another time. */
export async function isRenewed(
  context: ImapContext,
  session: ImapSession,
  selected: Selected,
  mailbox: WiredMailbox,
): Promise<boolean> {
  const { wire } = mailbox;
  if (wire.uidValidity === 0) return false;
  if (wire.uidValidity !== selected.uidValidity) return true;
  return isReset(context, session, selected, mailbox);
}

/**
 * UIDNEXT never goes back (RFC 3501 §2.3.1.1), but Dovecot gives a mailbox that was deleted and made anew while a session had
 * it open the old UIDVALIDITY. A server that only counts wrong, or a replica that lags, still has as its newest what we know.
 */
async function isReset(
  { index }: ImapContext,
  session: ImapSession,
  { uidNext, exists }: Selected,
  { id, wire }: WiredMailbox,
): Promise<boolean> {
  if (uidNext === 0 || uidNext >= wire.uidNext) return false;
  if (exists === 0) return true;
  const { uid, size, receivedAt } = await readNewest(session, exists);
  const [location] = await index.mailboxLocations(id, uid, uid);
  const [known] = location ? await index.emails([location.emailId]) : [];
  return known?.size !== size || known.receivedAt !== receivedAt;
}

async function readNewest(
  session: ImapSession,
  exists: number,
): Promise<{ uid: number; size: number; receivedAt: number }> {
  const newest = { uid: 0, size: 0, receivedAt: 0 };
  await fetchRows(
    session,
    String(exists),
    { internalDate: true, size: true },
    (row) => Object.assign(newest, { uid: row.uid, size: row.size ?? 0, receivedAt: row.internalDate ?? 0 }),
    { bySequence: true },
  );
  return newest;
}
