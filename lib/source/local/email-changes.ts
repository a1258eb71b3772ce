/** Keywords, moves and destruction of local Emails, in the index and the store. */
import { feedTables } from '@/lib/db/feed-tables';
import { type MailError, RequestError } from '@/lib/errors';
import type { AccountIndex, EmailRow, IndexWriter, Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { Bodies } from '@/lib/source/local/bodies';
import { locationIn } from '@/lib/source/local/delivery';
import type { LocalMailboxes } from '@/lib/source/local/mailboxes';
import type { EmailPatch } from '@/lib/source/source';

export type Outcome = Map<Id, MailError | null>;

interface Change {
  patch: EmailPatch;
  row: EmailRow;
  locations: Location[];
}

export class EmailChanges {
  readonly #index: AccountIndex;
  readonly #bodies: Bodies;
  readonly #mailboxes: LocalMailboxes;

  constructor(index: AccountIndex, bodies: Bodies, mailboxes: LocalMailboxes) {
    this.#index = index;
    this.#bodies = bodies;
    this.#mailboxes = mailboxes;
  }

  async update(patches: EmailPatch[]): Promise<Outcome> {
    const ids = patches.map(({ id }) => id);
    const rows = new Map((await this.#index.emails(ids)).map((row) => [row.id, row]));
    const locations = groupByEmail(await this.#index.locations(ids));
    const mailboxes = new Set((await this.#index.mailboxes()).map(({ id }) => id));
    const outcome: Outcome = new Map();
    const changes: Change[] = [];
    for (const patch of patches) {
      const row = rows.get(patch.id);
      const error = row ? refusal(patch, row, mailboxes) : new RequestError('notFound', 'no such email');
      outcome.set(patch.id, error);
      if (row && !error) changes.push({ patch, row, locations: locations.get(patch.id) ?? [] });
    }
    if (changes.length > 0) {
      await this.#index.write(async (writer) => {
        for (const change of changes) await apply(writer, change);
      });
    }
    return outcome;
  }

  async destroy(ids: Id[]): Promise<Outcome> {
    const locations = groupByEmail(await this.#index.locations(ids));
    const outcome: Outcome = new Map(
      ids.map((id) => [id, locations.has(id) ? null : new RequestError('notFound', 'no such email')]),
    );
    const uids = new Map<Id, number[]>();
    for (const { mailboxId, uid } of [...locations.values()].flat()) {
      uids.set(mailboxId, [...(uids.get(mailboxId) ?? []), uid]);
    }
    const free = await this.#index.write(async (writer) => {
      for (const [mailboxId, gone] of uids) await writer.removeLocations(mailboxId, gone);
      return this.#bodies.remove(feedTables(writer.transaction), [...locations.keys()]);
    });
    await this.#bodies.free(free);
    return outcome;
  }

  /** With the Emails that are nowhere else. */
  async destroyMailbox(id: Id): Promise<void> {
    await this.#mailboxes.checkDestroy(id);
    const inside = await this.#index.mailboxLocations(id, 1, Number.MAX_SAFE_INTEGER);
    const locations = groupByEmail(await this.#index.locations(inside.map(({ emailId }) => emailId)));
    const lost = [...locations].filter(([, all]) => all.every(({ mailboxId }) => mailboxId === id));
    const free = await this.#index.write(async (writer) => {
      await writer.removeMailbox(id);
      return this.#bodies.remove(
        feedTables(writer.transaction),
        lost.map(([emailId]) => emailId),
      );
    });
    await this.#bodies.free(free);
  }
}

function groupByEmail(locations: Location[]): Map<Id, Location[]> {
  const map = new Map<Id, Location[]>();
  for (const location of locations)
    map.set(location.emailId, [...(map.get(location.emailId) ?? []), location]);
  return map;
}

function refusal(patch: EmailPatch, row: EmailRow, mailboxes: Set<Id>): RequestError | null {
  if (!patch.addMailboxes.every((id) => mailboxes.has(id))) {
    return new RequestError('notFound', 'no such mailbox');
  }
  const stays = row.mailboxIds.some((id) => !patch.removeMailboxes.includes(id));
  if (stays || patch.addMailboxes.length > 0) return null;
  // RFC 8621 §4.1.1: an Email is in at least one Mailbox.
  const params = { properties: 'mailboxIds' };
  return new RequestError('invalidProperties', 'an email must be in a mailbox', { params });
}

async function apply(writer: IndexWriter, { patch, row, locations }: Change): Promise<void> {
  const removed = new Set(patch.removeKeywords);
  const keywords = [...new Set([...row.keywords, ...patch.addKeywords])].filter((word) => !removed.has(word));
  // Into the new mailboxes first: the Email must not be nowhere in between.
  for (const mailboxId of patch.addMailboxes) {
    if (!row.mailboxIds.includes(mailboxId))
      await writer.addLocation(row.id, locationIn(mailboxId, keywords));
  }
  for (const { mailboxId, uid } of locations) {
    if (patch.removeMailboxes.includes(mailboxId) && !patch.addMailboxes.includes(mailboxId)) {
      await writer.removeLocations(mailboxId, [uid]);
    } else if (patch.addKeywords.length + patch.removeKeywords.length > 0) {
      await writer.setLocationKeywords(mailboxId, [{ uid, keywords, hidden: false, modseq: null }]);
    }
  }
}
