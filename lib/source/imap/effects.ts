/** What commands have done, gathered and written to the index in one transaction before anybody is told. */

import { groupBy } from '@/lib/index/collect';
import { emailIdOfLocation } from '@/lib/index/ids';
import type { EmailRow, FlagsChanged, Location, NewLocation } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { isNatural } from './aliases';
import type { ImapContext } from './context';

export class Effects {
  /** By mailbox: UIDs, and under which UIDVALIDITY they are these messages. */
  readonly #removed = new Map<Id, Map<number, number>>();
  readonly #hidden = new Map<Id, Map<number, number>>();
  readonly #added: {
    emailId: Id;
    location: Pick<NewLocation, 'mailboxId' | 'uidValidity'> & { uid: number };
  }[] = [];
  readonly #keywords = new Map<Id, { add: Set<string>; remove: Set<string> }>();

  constructor(
    readonly context: ImapContext,
    readonly rows: ReadonlyMap<Id, EmailRow>,
    readonly locations: ReadonlyMap<Id, Location[]>,
  ) {}

  keywords(emailId: Id, add: string[], remove: string[]): void {
    this.#keywords.set(emailId, { add: new Set(add), remove: new Set(remove) });
  }

  /** Those with these UIDs. Not `gone`: flagged \Deleted and still there, shown nowhere. */
  left(locations: Location[], uids: Iterable<number>, gone: boolean): void {
    const among = new Set(uids);
    for (const location of locations) {
      if (among.has(location.uid)) note(gone ? this.#removed : this.#hidden, location);
    }
  }

  added(emailId: Id, mailboxId: Id, uidValidity: number, uid: number): void {
    this.#added.push({ emailId, location: { mailboxId, uidValidity, uid } });
  }

  async write(): Promise<void> {
    const { index, own } = this.context;
    const changes = this.#flagChanges();
    const validities = await firstValidities(
      this.context,
      this.#added.map(({ location }) => location),
    );
    // Syncs that read before this moment leave these messages alone.
    for (const [mailboxId, list] of changes)
      own.mark(
        mailboxId,
        list.map(({ uid }) => uid),
      );
    for (const [mailboxId, uids] of this.#removed) own.mark(mailboxId, uids.keys());
    for (const { location } of this.#added) own.mark(location.mailboxId, [location.uid]);
    await this.#keepIds();
    await index.write(async (writer) => {
      for (const [mailboxId, list] of changes) await writer.changeLocationKeywords(mailboxId, list);
      for (const [id, uidValidity] of validities) await writer.setWire(id, { uidValidity });
      for (const { emailId, location } of this.#added) {
        const keywords = this.#keywordsOf(emailId, this.rows.get(emailId)?.keywords ?? []);
        await writer.addLocation(emailId, { ...location, keywords, hidden: false, modseq: null });
      }
      // After the new locations: an Email that only moved is never without one, so it is not destroyed.
      // By now the mailbox may have been read under another UIDVALIDITY.
      for (const [mailboxId, removed] of this.#removed) {
        for (const [uidValidity, places] of groupBy(removed, ([, under]) => under)) {
          const uids = places.map(([uid]) => uid);
          await writer.removeLocations(mailboxId, uids, uidValidity);
        }
      }
    });
  }

  /** What we moved or copied stays the same message (gateway.md 2.2). */
  async #keepIds(): Promise<void> {
    const natural = this.#added.filter(({ emailId }) => isNatural(emailId));
    await this.context.aliases.set(
      natural.map(({ emailId, location: { mailboxId, uidValidity, uid } }) => [
        emailIdOfLocation(mailboxId, uidValidity, uid),
        emailId,
      ]),
    );
  }

  #keywordsOf(emailId: Id, before: readonly string[]): string[] {
    const change = this.#keywords.get(emailId);
    if (!change) return [...before];
    return [...new Set([...before, ...change.add])].filter((keyword) => !change.remove.has(keyword));
  }

  #flagChanges(): Map<Id, FlagsChanged[]> {
    const changes = new Map<Id, FlagsChanged[]>();
    for (const [emailId, locations] of this.locations) {
      const change = this.#keywords.get(emailId);
      const [add, remove] = [[...(change?.add ?? [])], [...(change?.remove ?? [])]];
      for (const { mailboxId, uid, uidValidity } of locations) {
        const hide = this.#hidden.get(mailboxId)?.has(uid) ?? false;
        if (this.#removed.get(mailboxId)?.has(uid) || (!hide && !change)) continue;
        const list = changes.get(mailboxId) ?? [];
        changes.set(mailboxId, list);
        list.push({ uid, uidValidity, add, remove, hide });
      }
    }
    return changes;
  }
}

/** Of mailboxes that were never read: under which UIDVALIDITY their first locations are, so that a later one is noticed (I7). */
export async function firstValidities(
  { index }: ImapContext,
  locations: Pick<NewLocation, 'mailboxId' | 'uidValidity'>[],
): Promise<[Id, number][]> {
  const validities = new Map(locations.map(({ mailboxId, uidValidity }) => [mailboxId, uidValidity]));
  const rows = await Promise.all([...validities.keys()].map((id) => index.mailbox(id)));
  const unread = new Set(rows.filter((row) => row?.wire?.uidValidity === 0).map((row) => row?.id));
  return [...validities].filter(([id]) => unread.has(id));
}

function note(map: Map<Id, Map<number, number>>, { mailboxId, uid, uidValidity }: Location): void {
  const uids = map.get(mailboxId) ?? new Map<number, number>();
  uids.set(uid, uidValidity);
  map.set(mailboxId, uids);
}
