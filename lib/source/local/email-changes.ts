/** Keywords, moves and destruction of local Emails, in the index and the store. */
import { feedTables } from '@/lib/db/feed-tables';
import { type MailError, RequestError } from '@/lib/errors';
import { indexWithin } from '@/lib/index/account-index';
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
    return this.#index.write(async (writer) => {
      const index = indexWithin(writer, this.#index.accountId);
      const rows = new Map((await index.emails(ids)).map((row) => [row.id, row]));
      const locations = groupByEmail(await index.locations(ids));
      const mailboxes = new Set((await index.mailboxes()).map(({ id }) => id));
      const outcome: Outcome = new Map();
      for (const patch of patches) {
        const row = rows.get(patch.id);
        const error = row ? refusal(patch, row, mailboxes) : new RequestError('notFound', 'no such email');
        outcome.set(patch.id, error);
        if (row && !error) await apply(writer, { patch, row, locations: locations.get(patch.id) ?? [] });
      }
      return outcome;
    });
  }

  async destroy(ids: Id[]): Promise<Outcome> {
    const { found, free } = await this.#index.write(async (writer) => {
      const locations = await indexWithin(writer, this.#index.accountId).locations(ids);
      for (const [mailboxId, uids] of uidsByMailbox(locations)) await writer.removeLocations(mailboxId, uids);
      const found = new Set(locations.map(({ emailId }) => emailId));
      return { found, free: await this.#bodies.remove(feedTables(writer.transaction), [...found]) };
    });
    await this.#bodies.free(free);
    return new Map(
      ids.map((id) => [id, found.has(id) ? null : new RequestError('notFound', 'no such email')]),
    );
  }

  /** Out of this mailbox, as far as they are still in it; for ever what is in no other. */
  async clear(mailboxId: Id, ids: Id[]): Promise<void> {
    const free = await this.#index.write(async (writer) => {
      const locations = groupByEmail(await indexWithin(writer, this.#index.accountId).locations(ids));
      const inside = [...locations.values()].flat().filter((place) => place.mailboxId === mailboxId);
      await writer.removeLocations(
        mailboxId,
        inside.map(({ uid }) => uid),
      );
      const lost = inside.filter(({ emailId }) => locations.get(emailId)?.length === 1);
      return this.#bodies.remove(
        feedTables(writer.transaction),
        lost.map(({ emailId }) => emailId),
      );
    });
    await this.#bodies.free(free);
  }

  /** With the Emails that are nowhere else. */
  async destroyMailbox(id: Id): Promise<void> {
    await this.#mailboxes.checkDestroy(id);
    const free = await this.#index.write(async (writer) => {
      const index = indexWithin(writer, this.#index.accountId);
      const inside = await index.mailboxLocations(id, 1, Number.MAX_SAFE_INTEGER);
      const locations = groupByEmail(await index.locations(inside.map(({ emailId }) => emailId)));
      const lost = [...locations].filter(([, all]) => all.every(({ mailboxId }) => mailboxId === id));
      await writer.removeMailbox(id);
      return this.#bodies.remove(
        feedTables(writer.transaction),
        lost.map(([emailId]) => emailId),
      );
    });
    await this.#bodies.free(free);
  }
}

function uidsByMailbox(locations: Location[]): Map<Id, number[]> {
  const map = new Map<Id, number[]>();
  for (const { mailboxId, uid } of locations) map.set(mailboxId, [...(map.get(mailboxId) ?? []), uid]);
  return map;
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
