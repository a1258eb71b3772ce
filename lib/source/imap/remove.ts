/** Messages out of a mailbox for ever: by UID, or not at all while others have \Deleted mail there (security.md I9). */

import { expungeAll, storeFlags, uidExpunge } from '@/lib/imap/change';
import { uidSearch } from '@/lib/imap/search';
import type { ImapSession } from '@/lib/imap/session';
import { atom } from '@/lib/imap/tokens';
import { uidSets } from '@/lib/imap/uid-set';

/** On the selected mailbox. @returns false when the messages are only flagged: shown nowhere, purged later */
export async function removeMessages(session: ImapSession, uids: number[]): Promise<boolean> {
  for (const { set } of uidSets(uids)) await storeFlags(session, set, '+', ['\\Deleted']);
  if (session.has('UIDPLUS')) {
    for (const { set } of uidSets(uids)) await uidExpunge(session, set);
    return true;
  }
  const ours = new Set(uids);
  const deleted = await uidSearch(session, [atom('DELETED')]);
  if (deleted.some((uid) => !ours.has(uid))) return false;
  await expungeAll(session);
  return true;
}
