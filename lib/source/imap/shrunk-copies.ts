/**
 * Outlook.com has left attachments of 143 kB and more out of what MOVE and COPY made ("MS-Blob-Excluded", gateway.md pitfall 28).
 * There large mail is copied and compared, and an original goes only when its copy is as large.
 */
import { fetchRows } from '@/lib/imap/fetch';
import { select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import type { EmailRow, Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { type Arrivals, findArrivals } from './arrivals';
import type { ImapContext, WiredMailbox } from './context';
import { removeMessages } from './remove';

/** Of a message that could have such an attachment. */
const LARGE = 128 * 1024;
/** Exchange tells about how large a message is: a copy of another size is no loss, one without an attachment is. */
const LOST = 64 * 1024;

export function mayLose(session: ImapSession): boolean {
  return /^Microsoft\.Exchange/i.test(session.serverName);
}

export function isLarge({ emailId }: Location, rows: ReadonlyMap<Id, EmailRow>): boolean {
  return (rows.get(emailId)?.size ?? 0) >= LARGE;
}

interface Copies {
  locations: readonly Location[];
  rows: ReadonlyMap<Id, EmailRow>;
  to: WiredMailbox;
  /** As the server said; null: it did not. */
  said: Arrivals | null;
}

/** Takes away those that lost something. Selects the target. @returns where the whole ones are */
export async function wholeCopies(
  context: ImapContext,
  session: ImapSession,
  { locations, rows, to, said }: Copies,
): Promise<Arrivals> {
  // By Message-ID and size: one of another size is not found.
  if (!said) return findArrivals(context, session, [...locations], to, rows);
  const { uidValidity } = await select(session, to.wire.path, true);
  // Under another UIDVALIDITY these are other messages (security.md I7).
  if (uidValidity !== said.uidValidity) return { uidValidity, uids: new Map() };
  const sizes = await sizesOf(session, [...said.uids.values()]);
  const whole = new Map<Id, number>();
  const broken: number[] = [];
  for (const [emailId, uid] of said.uids) {
    const size = sizes.get(uid);
    if (size === undefined) continue;
    if (size + LOST < (rows.get(emailId)?.size ?? 0)) broken.push(uid);
    else whole.set(emailId, uid);
  }
  if (broken.length > 0) await removeMessages(context, session, broken);
  return { uidValidity, uids: whole };
}

async function sizesOf(session: ImapSession, uids: number[]): Promise<Map<number, number>> {
  const sizes = new Map<number, number>();
  for (const { set } of uidSets(uids)) {
    await fetchRows(session, set, { size: true }, ({ uid, size }) => {
      if (size !== null) sizes.set(uid, size);
    });
  }
  return sizes;
}
