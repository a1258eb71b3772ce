/** Messages that the index has not read, by the ids that would be computed for them: the server tells which UIDs there are. */
import { searchAll } from '@/lib/imap/search';
import { select } from '@/lib/imap/select';
import { emailIdOfLocation } from '@/lib/index/ids';
import type { MailboxWire } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { Pace } from '@/lib/pace';
import type { ImapContext } from './context';

type Context = Pick<ImapContext, 'index' | 'pool'>;

/** @returns those of the wanted ones that are there. @throws when one mailbox cannot be asked: then nothing is known */
export async function unreadPlaces(context: Context, wanted: ReadonlySet<Id>): Promise<Set<Id>> {
  const found = new Set<Id>();
  const pace = new Pace();
  for (const { id, wire } of await context.index.mailboxes()) {
    if (!wire?.selectable || wire.filledDownTo === 1) continue;
    const { uidValidity, uids } = await unreadUids(context, wire);
    for (const uid of uids) {
      const place = emailIdOfLocation(id, uidValidity, uid);
      if (wanted.has(place)) found.add(place);
      await pace.turn();
    }
  }
  return found;
}

function unreadUids(
  { pool }: Context,
  { path, uidValidity: known, filledDownTo }: MailboxWire,
): Promise<{ uidValidity: number; uids: number[] }> {
  return pool.bulk(async (session) => {
    const { uidValidity, exists } = await select(session, path, true);
    // Under another UIDVALIDITY, too, nothing of it was read.
    const end = filledDownTo === null || uidValidity !== known ? '*' : filledDownTo - 1;
    return { uidValidity, uids: exists === 0 ? [] : await searchAll(session, `1:${end}`) };
  });
}
