/** Everything in one mailbox for ever, however much it is: asked for and destroyed in portions, the rows that are shown at once. */
import { removal } from '@/lib/client/change';
import { ref, type Transport } from '@/lib/client/jmap';
import type { ChangeQueue } from '@/lib/client/queue';
import type { EmailRow } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

/** RFC 8620 §2, maxObjectsInGet and maxObjectsInSet. */
const PORTION = 500;

type Place = Pick<EmailRow, 'id' | 'mailboxIds'>;

export async function emptyMailbox(
  { transport, queue }: { transport: Transport; queue: ChangeQueue },
  accountId: Id,
  mailboxId: Id,
): Promise<void> {
  let before = new Set<Id>();
  for (;;) {
    const places = await portion(transport, accountId, mailboxId);
    // What was refused, or what waits for the link, is there once more.
    const fresh = places.filter(({ id }) => !before.has(id));
    if (fresh.length === 0) return;
    before = new Set(places.map(({ id }) => id));
    const emails = new Map(places.map((place) => [place.id, place]));
    queue.add(accountId, removal(emails, [...emails.keys()], mailboxId));
    await queue.flush();
  }
}

async function portion(transport: Transport, accountId: Id, mailboxId: Id): Promise<Place[]> {
  const answers = await transport.call([
    ['Email/query', { accountId, filter: { inMailbox: mailboxId }, limit: PORTION }, 'query'],
    [
      'Email/get',
      { accountId, '#ids': ref('query', 'Email/query', '/ids'), properties: ['id', 'mailboxIds'] },
      'places',
    ],
  ]);
  return answers.of<{ list: Place[] }>('places').list;
}
