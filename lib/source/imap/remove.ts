/** Messages out of a mailbox for ever: by UID, or not at all while others have \Deleted mail there (security.md I9). */

import { CommandError } from '@/lib/errors';
import { expungeAll, storeFlags, uidExpunge } from '@/lib/imap/change';
import { isUnknownCommand } from '@/lib/imap/errors';
import { searchAll, uidSearch } from '@/lib/imap/search';
import type { ImapSession } from '@/lib/imap/session';
import { atom } from '@/lib/imap/tokens';
import { uidSets } from '@/lib/imap/uid-set';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';

type Context = Pick<ImapContext, 'putOff'>;

/** On the selected mailbox. @returns false when the messages are only flagged: shown nowhere, purged later */
export async function removeMessages(
  context: Context,
  session: ImapSession,
  uids: number[],
): Promise<boolean> {
  for (const { set } of uidSets(uids)) await storeFlags(session, set, '+', ['\\Deleted']);
  if (session.has('UIDPLUS') && (await expungedByUid(session, uids))) return true;
  const deleted = await searchDeleted(session);
  await checkFlagged(session, uids, new Set(deleted));
  return purge(context, session, new Set([...(await context.putOff.of(session.selected)), ...uids]), deleted);
}

/** @returns false when the server offers UIDPLUS and does not know the command (security.md R18): a BAD has done nothing */
async function expungedByUid(session: ImapSession, uids: number[]): Promise<boolean> {
  try {
    for (const { set } of uidSets(uids)) await uidExpunge(session, set);
    return true;
  } catch (error) {
    if (!isUnknownCommand(error)) throw error;
    session.doubt('UIDPLUS');
    return false;
  }
}

/** On the selected mailbox, at a later look into it. @returns whether messages went */
export async function purgePutOff(context: Context, session: ImapSession): Promise<boolean> {
  const ours = await context.putOff.of(session.selected);
  if (ours.size === 0) return false;
  try {
    return await purge(context, session, ours, await searchDeleted(session));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // They are in no list: not being able to purge them is no reason to show no news.
    log.info('imap.purge', errorFields(error));
    return false;
  }
}

/** EXPUNGE takes all that is flagged: only when all of it is ours. */
async function purge(
  { putOff }: Context,
  session: ImapSession,
  ours: ReadonlySet<number>,
  deleted: number[],
): Promise<boolean> {
  // What somebody took the flag off again is theirs.
  const flagged = deleted.filter((uid) => ours.has(uid));
  if (flagged.length < deleted.length) {
    await putOff.set(session.selected, flagged);
    return false;
  }
  if (flagged.length > 0) await expungeAll(session);
  await putOff.set(session.selected, []);
  return true;
}

function searchDeleted(session: ImapSession): Promise<number[]> {
  return uidSearch(session, [atom('DELETED')]);
}

/** @throws commandFailed when one is still there without the flag: the server took the STORE and did nothing */
async function checkFlagged(
  session: ImapSession,
  uids: number[],
  deleted: ReadonlySet<number>,
): Promise<void> {
  for (const { set } of uidSets(uids.filter((uid) => !deleted.has(uid)))) {
    const left = await searchAll(session, set);
    if (left.length > 0) throw new CommandError('commandFailed', 'the server kept no \\Deleted flag');
  }
}
