/** A POP3 feed's place of delivery: the inbox of a local account, with the ledger in the same transaction. */
import type { Readable } from 'node:stream';
import type { BlobStore } from '@/lib/db/blob-store';
import { hashOf } from '@/lib/db/blob-store-spool';
import { Mutex } from '@/lib/db/mutex';
import type { Id } from '@/lib/jmap/types';
import type { FeedStore, Fetched, LedgerEntry, Listing, StoredBytes } from '@/lib/pop3/feed-store';
import { POP3_LIMITS } from '@/lib/pop3/limits';
import { arrivalOf } from '@/lib/source/local/arrival';
import type { Deliverer, Delivery, Prepared } from '@/lib/source/local/delivery';
import type { Ledger, StoredMessage } from '@/lib/source/local/ledger';

export interface Pop3StoreOptions {
  inboxId: Id;
  markRead: boolean;
  now(): number;
}

type Hashed = Fetched & { sha256: string };

export class Pop3Store implements FeedStore {
  readonly #ledger: Ledger;
  readonly #deliverer: Deliverer;
  readonly #blobs: BlobStore;
  readonly #options: Pop3StoreOptions;
  readonly #turns = new Mutex();

  constructor(ledger: Ledger, deliverer: Deliverer, blobs: BlobStore, options: Pop3StoreOptions) {
    this.#ledger = ledger;
    this.#deliverer = deliverer;
    this.#blobs = blobs;
    this.#options = options;
  }

  entries(): Promise<Map<string, LedgerEntry>> {
    return this.#ledger.entries();
  }

  seen(listings: Listing[]): Promise<void> {
    return this.#ledger.seen(listings, this.#options.now());
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
      const prepared = await this.#deliverer.prepare(hashed.map((message) => this.#delivery(message)));
      await turn;
      await this.#commit(hashed, prepared, present);
    } finally {
      (await turn)();
    }
  }

  #delivery({ content, sha256 }: Hashed): Delivery {
    const now = this.#options.now();
    return {
      ...{ content, sha256 },
      mailboxIds: [this.#options.inboxId],
      keywords: this.#options.markRead ? ['$seen'] : [],
      receivedAt: (raw) => arrivalOf(raw, now),
    };
  }

  async #commit(hashed: Hashed[], prepared: Prepared[], present: ReadonlySet<string>): Promise<void> {
    const known = await this.#knownCopies(hashed, present);
    const isFresh = (_: unknown, index: number) => !known.has(hashed[index]?.listing.uidl ?? '');
    const fresh = hashed.filter(isFresh);
    const now = this.#options.now();
    await this.#deliverer.commit(prepared.filter(isFresh), async (transaction, ids) => {
      const stored = fresh.map(({ listing, sha256 }, n) => ({ listing, sha256, emailId: ids[n] ?? '' }));
      await this.#ledger.stored(transaction, [...stored, ...known.values()], now);
      const ignored = [...known.values()].filter(({ wasDeleted }) => wasDeleted);
      await this.#ledger.keep(
        transaction,
        ignored.map(({ listing }) => listing.uidl),
      );
    });
  }

  /**
   * Messages whose bytes are here already: the same UIDL again (another size told, or deleted and listed again), or a UIDL
   * in place of one that vanished (the server was moved and numbers anew). Two that are on the server at once are two.
   */
  async #knownCopies(
    messages: Hashed[],
    present: ReadonlySet<string>,
  ): Promise<Map<string, StoredMessage & { wasDeleted: boolean }>> {
    const rows = await this.#ledger.withContent(messages.map(({ sha256 }) => sha256));
    const known = new Map<string, StoredMessage & { wasDeleted: boolean }>();
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

  verified(uidls: string[]): Promise<Set<string>> {
    return this.#ledger.verified(uidls);
  }

  setState(uidls: string[], state: 'delete-due' | 'deleted'): Promise<void> {
    return this.#ledger.setState(uidls, state, this.#options.now());
  }
}
