/** Where copies of messages are. A uid that now stands for another message takes the place of the old one. */
import { insertRows } from '@/lib/db/insert-rows';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { Batch } from './batch';
import { isOneOf } from './bulk';
import { groupBy } from './collect';
import { type Keywords, packKeywords } from './keywords';
import type { NewLocation } from './types';

export interface PlacedLocation extends Keywords {
  id: Id;
  mailbox: number;
  uid: number;
  uidValidity: number;
  hidden: boolean;
  modseq: string | null;
}

/** Resolves the mailboxes, and the uids of local mailboxes. The last one wins where two name the same uid. */
export async function placeLocations(
  batch: Batch,
  wanted: { id: Id; location: NewLocation }[],
): Promise<PlacedLocation[]> {
  const placed: PlacedLocation[] = [];
  for (const [mailboxId, inMailbox] of groupBy(wanted, ({ location }) => location.mailboxId)) {
    const mailbox = await batch.mailboxKey(mailboxId);
    const unnumbered = inMailbox.filter(({ location }) => location.uid === null).length;
    let next = unnumbered === 0 ? 0 : await batch.takeUids(mailbox, unnumbered);
    const byUid = new Map<number, PlacedLocation>();
    for (const { id, location } of inMailbox) {
      const uid = location.uid ?? next++;
      const { flags, keywords } = packKeywords(location.keywords);
      const { uidValidity, hidden, modseq } = location;
      byUid.set(uid, { id, mailbox, uid, uidValidity, flags, keywords, hidden, modseq });
    }
    placed.push(...byUid.values());
  }
  return placed;
}

export async function addLocations(
  batch: Batch,
  placed: PlacedLocation[],
  emails: Map<Id, number>,
): Promise<void> {
  for (const [mailbox, locations] of groupBy(placed, (location) => location.mailbox)) {
    const replaced = await batch.db
      .selectFrom('location')
      .select('email')
      .where('mailbox', '=', mailbox)
      .where(
        isOneOf(
          batch.dialect,
          'uid',
          locations.map(({ uid }) => uid),
        ),
      )
      .execute();
    for (const { email } of replaced) batch.dirtyEmails.add(email);
    await insertRows(
      batch.db,
      'location',
      ['mailbox', 'uid', 'uid_validity', 'email', 'flags', 'keywords', 'hidden', 'modseq'],
      locations.map(({ id, uid, uidValidity, flags, keywords, hidden, modseq }) => {
        const email = emails.get(id);
        if (email === undefined) throw new RequestError('notFound', `No such email: ${id}`);
        return [mailbox, uid, uidValidity, email, flags, keywords, hidden ? 1 : 0, modseq];
      }),
      `on conflict (mailbox, uid) do update set uid_validity = excluded.uid_validity, email = excluded.email,
         flags = excluded.flags, keywords = excluded.keywords, hidden = excluded.hidden, modseq = excluded.modseq`,
    );
  }
}
