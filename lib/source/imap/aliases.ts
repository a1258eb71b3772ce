/**
 * Ids that clients hold on servers that give none: an id is computed from mailbox, UIDVALIDITY and UID, and a message that
 * was moved, or whose mailbox was renamed or came under another UIDVALIDITY, keeps the one it had (gateway.md 2.2). They
 * stand in gatepost.db, so that a lost index comes back with the same ids.
 */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { RemoteTables } from '@/lib/db/tables/remote';
import { slices } from '@/lib/index/collect';
import { emailIdOfLocation, randomId } from '@/lib/index/ids';
import type { AccountIndex, NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';

/** So long a message that left one place may appear in another. Never two that live are taken for one. */
const REMEMBERED_MS = 60 * 60_000;
const SLICE = 500;
/** UIDs begin at 1 again: more than come to a mailbox in the month after. */
const MAX_RENEWED = 100_000;
/** Up to so many are asked for one by one, more by their whole range. */
const FEW = 50;

export class Aliases {
  /** Nothing vanished lately: nothing is asked. */
  #vanishedUntil = Number.POSITIVE_INFINITY;

  constructor(
    readonly accountId: Id,
    readonly db: Kysely<RemoteTables>,
    readonly index: AccountIndex,
  ) {}

  /** By the computed id. */
  async idsOf(naturalIds: Id[]): Promise<Map<Id, Id>> {
    const found = new Map<Id, Id>();
    for (const slice of slices(naturalIds, SLICE)) {
      const rows = await this.db
        .selectFrom('alias')
        .select(['natural_id', 'id'])
        .where('account_id', '=', this.accountId)
        .where('natural_id', 'in', slice)
        .execute();
      for (const { natural_id, id } of rows) found.set(natural_id, id);
    }
    return found;
  }

  async set(pairs: Iterable<[naturalId: Id, id: Id]>): Promise<void> {
    const rows = [...pairs]
      .filter(([naturalId, id]) => naturalId !== id)
      .map(([natural_id, id]) => ({ account_id: this.accountId, natural_id, id, gone_at: null }));
    for (const slice of slices(rows, SLICE)) {
      await this.db
        .insertInto('alias')
        .values(slice)
        .onConflict((conflict) =>
          conflict
            .columns(['account_id', 'natural_id'])
            .doUpdateSet((eb) => ({ id: eb.ref('excluded.id'), gone_at: null })),
        )
        .execute();
    }
  }

  /** The ids that these messages have had before. */
  async resolve(emails: NewEmail[]): Promise<NewEmail[]> {
    const natural = emails.filter(({ id }) => isNatural(id));
    if (natural.length === 0) return emails;
    const ids = await this.idsOf(natural.map(({ id }) => id));
    await this.#recognise(
      natural.filter(({ id }) => !ids.has(id)),
      ids,
    );
    return emails.map((email) => ({ ...email, id: ids.get(email.id) ?? email.id }));
  }

  /**
   * A mailbox was begun anew under the same UIDVALIDITY: what comes under its old UIDs are other messages, while those that had
   * their ids may live elsewhere, or clients may know them.
   * @param below UIDNEXT as it was
   */
  async renew(mailboxId: Id, uidValidity: number, below: number): Promise<void> {
    const uids = Array.from({ length: Math.min(below - 1, MAX_RENEWED) }, (_, at) => at + 1);
    for (const slice of slices(uids, SLICE)) {
      await this.set(slice.map((uid) => [emailIdOfLocation(mailboxId, uidValidity, uid), randomId('m')]));
    }
  }

  /** Before locations are taken from the index that we have not removed ourselves. */
  async noteVanished(mailboxId: Id, uids: number[]): Promise<void> {
    const ids = await this.#naturalIds(mailboxId, uids);
    if (ids.length === 0) return;
    const now = Date.now();
    this.#vanishedUntil = Number.POSITIVE_INFINITY;
    await this.db
      .deleteFrom('vanished')
      .where('account_id', '=', this.accountId)
      .where('vanished_at', '<', now - REMEMBERED_MS)
      .execute();
    for (const slice of slices(ids, SLICE)) {
      const rows = (await this.index.emails(slice)).flatMap(({ id, ...email }) => {
        const fingerprint = fingerprintOf(email);
        return fingerprint
          ? [{ account_id: this.accountId, email_id: id, fingerprint, vanished_at: now }]
          : [];
      });
      if (rows.length === 0) continue;
      await this.db
        .insertInto('vanished')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'email_id']).doUpdateSet({ vanished_at: now }),
        )
        .execute();
    }
  }

  /** In an index that begins anew everything looks like an arrival: what left before is not to be taken for any of it. */
  async forgetVanished(): Promise<void> {
    await this.db.deleteFrom('vanished').where('account_id', '=', this.accountId).execute();
  }

  /** Only where there is exactly one on each side. */
  async #recognise(emails: NewEmail[], ids: Map<Id, Id>): Promise<void> {
    if (emails.length === 0 || Date.now() > this.#vanishedUntil) return;
    // One that the index holds is no arrival: it is read once more.
    const held = new Set(
      (await this.index.locations(emails.map(({ id }) => id))).map(({ emailId }) => emailId),
    );
    const fresh = emails.filter(({ id }) => !held.has(id));
    const arrived = unique(fresh.map((email) => [fingerprintOf(email), email.id]));
    const left = unique(await this.#vanished([...arrived.keys()]));
    const pairs = [...arrived].flatMap(([fingerprint, naturalId]): [Id, Id][] => {
      const id = left.get(fingerprint);
      return id === undefined ? [] : [[naturalId, id]];
    });
    if (pairs.length === 0) return;
    await this.set(pairs);
    for (const [naturalId, id] of pairs) ids.set(naturalId, id);
    const found = pairs.map(([, id]) => id);
    for (const slice of slices(found, SLICE)) {
      await this.db
        .deleteFrom('vanished')
        .where('account_id', '=', this.accountId)
        .where('email_id', 'in', slice)
        .execute();
    }
  }

  async #vanished(fingerprints: string[]): Promise<[string, Id][]> {
    const since = Date.now() - REMEMBERED_MS;
    const mine = this.db.selectFrom('vanished').where('account_id', '=', this.accountId);
    const last = await mine.select(({ fn }) => fn.max('vanished_at').as('at')).executeTakeFirst();
    this.#vanishedUntil = (last?.at ?? Number.NEGATIVE_INFINITY) + REMEMBERED_MS;
    if (Date.now() > this.#vanishedUntil) return [];
    const found: [string, Id][] = [];
    for (const slice of slices(fingerprints, SLICE)) {
      const rows = await mine
        .select(['fingerprint', 'email_id'])
        .where('vanished_at', '>=', since)
        .where('fingerprint', 'in', slice)
        .execute();
      for (const { fingerprint, email_id } of rows) found.push([fingerprint, email_id]);
    }
    return found;
  }

  async #naturalIds(mailboxId: Id, uids: number[]): Promise<Id[]> {
    const wanted = new Set(uids);
    const sorted = [...wanted].sort((a, b) => a - b);
    const [first = 1, last = 0] = [sorted[0], sorted.at(-1)];
    const ranges = sorted.length <= FEW ? sorted.map((uid) => [uid, uid]) : [[first, last]];
    const ids = new Set<Id>();
    for (const [low = 1, high = 0] of ranges) {
      for (const { uid, emailId } of await this.index.mailboxLocations(mailboxId, low, high)) {
        // One with an id of the server tells that all have.
        if (!isNatural(emailId)) return [];
        if (wanted.has(uid)) ids.add(emailId);
      }
    }
    return [...ids];
  }
}

export function isNatural(id: Id): boolean {
  return id.startsWith('m');
}

function fingerprintOf(email: {
  headers: EmailHeaders | null;
  size: number;
  receivedAt: number;
}): string | null {
  const messageId = email.headers?.messageId?.[0];
  if (!messageId) return null;
  const parts = [messageId, email.size, email.receivedAt, email.headers?.subject ?? ''];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** Without those that are there twice, or cannot be told apart. */
function unique(pairs: [key: string | null, id: Id][]): Map<string, Id> {
  const seen = new Map<string, Id | null>();
  for (const [key, id] of pairs) if (key !== null) seen.set(key, seen.has(key) ? null : id);
  return new Map([...seen].filter((pair): pair is [string, Id] => pair[1] !== null));
}
