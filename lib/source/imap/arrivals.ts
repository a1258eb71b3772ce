/** Messages just sent to a mailbox, found there again when the server did not say where they are. */
import { select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import type { EmailRow, Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { ImapContext, WiredMailbox } from './context';
import { readEmails } from './rows';

/** Messages by others that may have arrived among ours. */
const STRANGERS = 20;

/** By what a message is told. */
type Known = Pick<EmailRow, 'headers' | 'size'>;

export interface Arrivals {
  uidValidity: number;
  /** By emailId. */
  uids: Map<Id, number>;
}

/** Among the newest messages of the target, by the server's own id or by Message-ID and size. Selects the target. */
export async function findArrivals(
  context: ImapContext,
  session: ImapSession,
  sent: Pick<Location, 'emailId'>[],
  to: WiredMailbox,
  rows: ReadonlyMap<Id, Known>,
): Promise<Arrivals> {
  const selected = await select(session, to.wire.path, true);
  const arrivals: Arrivals = { uidValidity: selected.uidValidity, uids: new Map() };
  if (selected.exists === 0) return arrivals;
  const first = Math.max(1, selected.exists - sent.length - STRANGERS + 1);
  const range = { set: `${first}:${selected.exists}`, bySequence: true };
  const candidates = (await readEmails(context, session, selected, to.id, range)).reverse();
  for (const { emailId } of sent) {
    const row = rows.get(emailId);
    const at = candidates.findIndex((email) => email.id === emailId || (row && isSame(row, email)));
    const [found] = at < 0 ? [] : candidates.splice(at, 1);
    if (found?.location.uid) arrivals.uids.set(emailId, found.location.uid);
  }
  return arrivals;
}

function isSame(row: Known, email: Known): boolean {
  const [a, b] = [row.headers?.messageId?.[0], email.headers?.messageId?.[0]];
  return a !== undefined && a === b && row.size === email.size;
}
