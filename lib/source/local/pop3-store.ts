/** A POP3 feed's place of delivery: the inbox of a local account, with the ledger in the same transaction. */
import type { Readable } from 'node:stream';
import type { Pop3Settings } from '@/lib/account/record';
import type { BlobStore } from '@/lib/db/blob-store';
import { putSmallBlobs, type SmallBlob } from '@/lib/db/blob-store-rows';
import { hashOf } from '@/lib/db/blob-store-spool';
import { Mutex } from '@/lib/db/mutex';
import { slices } from '@/lib/index/collect';
import type { AccountIndex } from '@/lib/index/types';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { arrivalOf } from '@/lib/mime/arrival';
import type { FeedStore, Fetched, LedgerEntry, Listing, StoredBytes } from '@/lib/pop3/feed-store';
import { POP3_LIMITS } from '@/lib/pop3/limits';
import type { Deliverer, Delivery, Prepared } from '@/lib/source/local/delivery';
import type { FeedLease } from '@/lib/source/local/feed-lease';
import type { Ledger, LedgerContent, StoredMessage } from '@/lib/source/local/ledger';

export interface Pop3StoreOptions {
  settings: Pop3Settings;
  /** Where what comes is put, by the settings and by what there is. */
  target(): Promise<Id>;
  roleId(role: MailboxRole): Id;
  now(): number;
  lease: FeedLease;
}

/** Keyword of a message that was here before, where the user wants both. */
const DUPLICATE = 'duplicate';

interface Copy extends StoredMessage {
  /** The server was told to delete it, and did not. */
  wasDeleted: boolean;
}

const SLICE = 500;

type Hashed = Fetched & { sha256: string };

export class Pop3Store implements FeedStore {
  readonly #index: AccountIndex;
  readonly #ledger: Ledger;
  readonly #deliverer: Deliverer;
  readonly #blobs: BlobStore;
  readonly #options: Pop3StoreOptions;
  readonly #turns = new Mutex();

  constructor(
    index: AccountIndex,
    ledger: Ledger,
    deliverer: Deliverer,
    blobs: BlobStore,
    options: Pop3StoreOptions,
  ) {
    this.#index = index;
    this.#ledger = ledger;
    this.#deliverer = deliverer;
    this.#blobs = blobs;
    this.#options = options;
  }

  entries(): Promise<Map<string, LedgerEntry>> {
    return this.#ledger.entries();
  }

  seen(wanted: Listing[], skipped: Listing[]): Promise<void> {
    return this.#ledger.seen(wanted, skipped, this.#options.now());
  }

  storeBytes(bytes: Readable): Promise<StoredBytes> {
    return this.#blobs.put(bytes, POP3_LIMITS.message);
  }

  async store(messages: Fetched[], present: ReadonlySet<string>): Promise<void> {
    const hashed = messages.map((message): Hashed => {
      const { content } = message;
      return { ...message, sha256: Buffer.isBuffer(content) ? hashOf(content) : content.sha256 };
    });
    const turn = this.#turns.lock();
    try {
      const target = await this.#options.target();
      const prepared = await this.#deliverer.prepare(
        hashed.map((message) => this.#delivery(message, target)),
      );
      await turn;
      await this.#commit(hashed, prepared, present);
    } finally {
      (await turn)();
    }
  }

  #delivery({ content, sha256 }: Hashed, target: Id): Delivery {
    const { keepDate, markReadOnFetch, tag } = this.#options.settings;
    const now = this.#options.now();
    return {
      ...{ content, sha256 },
      mailboxIds: [target],
      keywords: [...(markReadOnFetch ? ['$seen'] : []), ...(tag === null ? [] : [tag])],
      receivedAt: keepDate ? (raw) => arrivalOf(raw, now) : now,
    };
  }

  async #commit(hashed: Hashed[], prepared: Prepared[], present: ReadonlySet<string>): Promise<void> {
    const rows = await this.#ledger.withContent(hashed.map(({ sha256 }) => sha256));
    const known = renumbered(hashed, rows, present);
    const fresh = this.#sortDuplicates(hashed, prepared, rows, known);
    const now = this.#options.now();
    await this.#deliverer.commit(
      fresh.map(({ prepared }) => prepared),
      async (transaction) => {
        await this.#options.lease.hold(transaction);
        await this.#ledger.stored(transaction, [...fresh, ...known.values()], now);
        await putSmallBlobs(transaction, again(hashed, known));
        const ignored = [...known.values()].filter(({ wasDeleted }) => wasDeleted);
        await this.#ledger.keep(
          transaction,
          ignored.map(({ listing }) => listing.uidl),
        );
      },
    );
  }

  /** What is to be delivered; a message that came twice joins `known`, or is marked, as the settings say. */
  #sortDuplicates(
    hashed: Hashed[],
    prepared: Prepared[],
    rows: LedgerContent[],
    known: Map<string, Copy>,
  ): (StoredMessage & { prepared: Prepared })[] {
    const { duplicates } = this.#options.settings;
    const first = new Map(rows.map(({ sha256, email_id }) => [sha256, email_id]));
    return hashed.flatMap(({ listing, sha256 }, index) => {
      const message = prepared[index];
      if (!message || known.has(listing.uidl)) return [];
      const before = message.digest.headers.messageId === null ? null : (first.get(sha256) ?? null);
      first.set(sha256, message.id);
      if (before !== null && duplicates === 'skip') {
        first.set(sha256, before);
        known.set(listing.uidl, { listing, sha256, emailId: before, wasDeleted: false });
        return [];
      }
      const isMarked = before !== null && duplicates === 'tag';
      return [{ listing, sha256, emailId: message.id, prepared: isMarked ? marked(message) : message }];
    });
  }

  verified(uidls: string[]): Promise<Set<string>> {
    return this.#ledger.verified(uidls);
  }

  async removedHere(uidls: string[]): Promise<Set<string>> {
    const { deleteWhenTrashed, deleteWhenMoved, deleteWhenDestroyed } = this.#options.settings;
    const emailIds = await this.#ledger.emailIds(uidls);
    const places = new Map<Id, Id[]>();
    for (const slice of slices([...new Set(emailIds.values())], SLICE)) {
      for (const { emailId, mailboxId } of await this.#index.locations(slice)) {
        places.set(emailId, [...(places.get(emailId) ?? []), mailboxId]);
      }
    }
    const trash = this.#options.roleId('trash');
    const target = await this.#options.target();
    const isGone = (emailId: Id) => {
      const mailboxIds = places.get(emailId);
      if (!mailboxIds) return deleteWhenDestroyed;
      if (mailboxIds.every((id) => id === trash)) return deleteWhenTrashed;
      return deleteWhenMoved && !mailboxIds.includes(target);
    };
    return new Set([...emailIds].filter(([, emailId]) => isGone(emailId)).map(([uidl]) => uidl));
  }

  setState(uidls: string[], state: 'delete-due' | 'deleted'): Promise<void> {
    return this.#ledger.setState(uidls, state, this.#options.now());
  }
}

/**
 * Messages whose bytes are here already: the same UIDL again (another size told, or deleted and listed again), or a UIDL
 * in place of one that vanished (the server was moved and numbers anew). Two that are on the server at once are two.
 */
function renumbered(
  messages: Hashed[],
  rows: LedgerContent[],
  present: ReadonlySet<string>,
): Map<string, Copy> {
  const known = new Map<string, Copy>();
  const taken = new Set<string>();
  for (const { listing, sha256 } of messages) {
    const row = rows.find(
      (candidate) =>
        candidate.sha256 === sha256 &&
        candidate.email_id !== null &&
        !taken.has(candidate.uidl) &&
        (candidate.uidl === listing.uidl || !present.has(candidate.uidl)),
    );
    if (!row?.email_id) continue;
    taken.add(row.uidl);
    const wasDeleted = row.uidl === listing.uidl && row.state === 'deleted';
    known.set(listing.uidl, { listing, sha256, emailId: row.email_id, wasDeleted });
  }
  return known;
}

function marked(message: Prepared): Prepared {
  const { delivery } = message;
  return { ...message, delivery: { ...delivery, keywords: [...delivery.keywords, DUPLICATE] } };
}

/** Bytes that should be here already: of a message damaged here and fetched anew (blob-store-verify.ts) they are not. */
function again(messages: Hashed[], known: Map<string, Copy>): SmallBlob[] {
  return messages.flatMap(({ listing, content, sha256 }) =>
    known.has(listing.uidl) && Buffer.isBuffer(content) ? [{ sha256, data: content }] : [],
  );
}
