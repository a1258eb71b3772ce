/** A POP3 feed's place of delivery: the inbox of a local account, with the ledger in the same transaction. */
import type { Readable } from 'node:stream';
import type { Pop3Settings } from '@/lib/account/record';
import type { BlobStore } from '@/lib/db/blob-store';
import { putSmallBlobsAnew } from '@/lib/db/blob-store-rows';
import { hashOf, SMALL_BLOB } from '@/lib/db/blob-store-spool';
import { isReadable } from '@/lib/db/blob-store-verify';
import { Mutex } from '@/lib/db/mutex';
import { RequestError } from '@/lib/errors';
import { slices } from '@/lib/index/collect';
import type { AccountIndex } from '@/lib/index/types';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { arrivalOf } from '@/lib/mime/arrival';
import { rootSpan } from '@/lib/mime/digest';
import type { FeedStore, Fetched, LedgerEntry, Listing, StoredBytes, Top } from '@/lib/pop3/feed-store';
import { POP3_LIMITS } from '@/lib/pop3/limits';
import { collect } from '@/lib/source/local/bodies';
import type { Deliverer, Delivery, Prepared } from '@/lib/source/local/delivery';
import { expectMany } from '@/lib/source/local/digest';
import type { FeedLease } from '@/lib/source/local/feed-lease';
import { DUPLICATE, HEADERS_ONLY, keywordsOf } from '@/lib/source/local/keywords';
import { headerBlock, knownByHeader } from '@/lib/source/local/known-by-header';
import type { Ledger, LedgerContent, Placed, StoredMessage } from '@/lib/source/local/ledger';
import type { ReadMarks } from '@/lib/source/local/read-marks';
import { again, type Copy, type Hashed, renumbered } from '@/lib/source/local/renumbered';

export interface Pop3StoreOptions {
  settings: Pop3Settings;
  /** Where what comes is put, by the settings and by what there is. */
  target(): Promise<Id>;
  roleId(role: MailboxRole): Id;
  now(): number;
  lease: FeedLease;
  reads: ReadMarks;
  /** There are new ones. */
  onRead?(): void;
}

const SLICE = 500;
const NONE: ReadonlySet<string> = new Set();

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
    expectMany(wanted.length);
    return this.#ledger.seen(wanted, skipped, this.#options.now());
  }

  storeBytes(bytes: Readable): Promise<StoredBytes> {
    return this.#blobs.put(bytes, POP3_LIMITS.message);
  }

  async adopt(tops: Top[], present: ReadonlySet<string>): Promise<Set<string>> {
    const kept = await this.#ledger.ofSizes(tops.map(({ listing }) => listing.size));
    const here = await knownByHeader(tops, kept, present, {
      identityOf: ({ email_id }) => email_id,
      begins: ({ sha256 }, block) => begins(this.#blobs, sha256, block),
    });
    await this.#ledger.adopt(
      here.map(({ listing, row }) => ({
        ...{ listing, sha256: row.sha256, emailId: row.email_id, state: 'stored' },
      })),
      this.#options.lease,
      this.#options.now(),
    );
    return new Set(here.map(({ listing }) => listing.uidl));
  }

  async store(messages: Fetched[], present: ReadonlySet<string>): Promise<number> {
    const hashed = messages.map((given): Hashed => {
      const { content: top } = given;
      const isBlock = given.headerOnly && Buffer.isBuffer(top);
      const message = isBlock ? { ...given, content: headerBlock(top) } : given;
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
      const late = await this.#late(hashed, prepared, present);
      const isNew = (_: unknown, index: number) => !late.has(index);
      const fresh = await this.#commit(hashed.filter(isNew), prepared.filter(isNew), present);
      for (const [index, emailId] of late) await this.#completeAs(emailId, hashed[index], prepared[index]);
      if (this.#options.settings.markReadOnFetch) this.#options.onRead?.();
      return fresh;
    } finally {
      (await turn)();
    }
  }

  /** Which of these are the rest of Emails whose headers are here, under the same UIDL or one that has vanished. */
  async #late(
    hashed: Hashed[],
    prepared: Prepared[],
    present: ReadonlySet<string>,
  ): Promise<Map<number, Id>> {
    const late = new Map<number, Id>();
    const stubs = await this.#ledger.listedAmong(hashed.map(({ listing }) => listing.uidl));
    for (const [index, message] of hashed.entries()) {
      const { listing, content, headerOnly } = message;
      // What was too large for memory may be one by another name: a read of its header is little beside it.
      if (headerOnly || (Buffer.isBuffer(content) && !stubs.has(listing.uidl))) continue;
      const row = await this.#stubOf(message, prepared[index], present);
      if (row?.email_id) late.set(index, row.email_id);
    }
    return late;
  }

  /** Of another size and with another header it is another message: that of before stays as it is. */
  async #stubOf(
    { listing, content }: Hashed,
    whole: Prepared | undefined,
    present: ReadonlySet<string>,
  ): Promise<LedgerContent | undefined> {
    const length = rootSpan(whole?.digest.spans ?? new Map()).bodyStart;
    const block = Buffer.isBuffer(content)
      ? content.subarray(0, length)
      : await collect(await this.#blobs.open(content.sha256, { offset: 0, length }));
    const header = hashOf(block);
    return (await this.#ledger.listed(listing.uidl, header)).find(({ uidl, size, sha256 }) =>
      uidl === listing.uidl ? size === listing.size || sha256 === header : !present.has(uidl),
    );
  }

  async #completeAs(emailId: Id, message: Hashed | undefined, whole: Prepared | undefined): Promise<void> {
    if (!message || !whole) return;
    const { listing, sha256 } = message;
    await this.#deliverer.complete(emailId, whole, HEADERS_ONLY, (transaction) =>
      this.#ledger.stored(transaction, [{ listing, sha256, emailId, state: 'stored' }], this.#options.now()),
    );
  }

  #delivery(message: Hashed, target: Id): Delivery {
    const { content, sha256, headerOnly, listing } = message;
    const { settings } = this.#options;
    const now = this.#options.now();
    return {
      ...{ content, sha256, ...(headerOnly ? { headerOf: listing.size } : {}) },
      mailboxIds: [target],
      keywords: keywordsOf(settings, message),
      receivedAt: settings.keepDate ? (raw) => arrivalOf(raw, now) : now,
    };
  }

  async #commit(hashed: Hashed[], prepared: Prepared[], present: ReadonlySet<string>): Promise<number> {
    const rows = await this.#ledger.withContent(hashed.map(({ sha256 }) => sha256));
    const known = renumbered(hashed, rows, present);
    const fresh = this.#sortDuplicates(hashed, prepared, rows, known);
    const now = this.#options.now();
    await this.#deliverer.commit(
      fresh.map(({ prepared }) => prepared),
      async (transaction) => {
        await this.#options.lease.hold(transaction);
        await this.#ledger.stored(transaction, [...fresh, ...known.values()], now);
        if (this.#options.settings.markReadOnFetch) {
          const ids = fresh.map(({ prepared }) => prepared.digest.headers.messageId?.[0]);
          await this.#options.reads.add(transaction, ids, now);
        }
        await putSmallBlobsAnew(transaction, again(hashed, known));
        const ignored = [...known.values()].filter(({ wasDeleted }) => wasDeleted);
        await this.#ledger.keep(
          transaction,
          ignored.map(({ listing }) => listing.uidl),
        );
      },
    );
    return fresh.length;
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
    return hashed.flatMap(({ listing, sha256, headerOnly }, index) => {
      const message = prepared[index];
      if (!message || known.has(listing.uidl)) return [];
      const state = headerOnly ? 'listed' : 'stored';
      // Equal headers are no equal bytes.
      const told = headerOnly ? null : message.digest.headers.messageId;
      const before = told === null ? null : (first.get(sha256) ?? null);
      first.set(sha256, message.id);
      if (before !== null && duplicates === 'skip') {
        first.set(sha256, before);
        known.set(listing.uidl, { listing, sha256, emailId: before, state, wasDeleted: false });
        return [];
      }
      const isMarked = before !== null && duplicates === 'tag';
      return [
        { listing, sha256, emailId: message.id, state, prepared: isMarked ? marked(message) : message },
      ];
    });
  }

  async complete(listing: Listing, content: Fetched['content']): Promise<void> {
    const emailId = await this.#ledger.emailIdOf(listing.uidl);
    if (emailId === null) throw new RequestError('notFound', 'no such email');
    const sha256 = Buffer.isBuffer(content) ? hashOf(content) : content.sha256;
    const delivery = { content, sha256, mailboxIds: [], keywords: [], receivedAt: 0 };
    const [whole] = await this.#deliverer.prepare([delivery]);
    const message = { listing, content, sha256, headerOnly: false, isOld: false };
    const isStub = (await this.#ledger.listedAmong([listing.uidl])).size > 0;
    if (isStub && !(await this.#stubOf(message, whole, NONE)))
      throw new RequestError('goneAtProvider', 'its name is that of another message by now');
    await this.#completeAs(emailId, message, whole);
  }

  async verified(uidls: string[]): Promise<Set<string>> {
    const kept = await this.#ledger.verified(uidls);
    for (const [uidl, blob] of kept)
      if (blob && blob.size > SMALL_BLOB && !(await isReadable(this.#blobs, blob))) kept.delete(uidl);
    return new Set(kept.keys());
  }

  async removedHere(uidls: string[]): Promise<Set<string>> {
    const { deleteWhenTrashed, deleteWhenMoved, deleteWhenDestroyed } = this.#options.settings;
    const placed = await this.#ledger.placed(uidls);
    const emailIds = new Set([...placed.values()].map(({ emailId }) => emailId));
    const places = new Map<Id, Id[]>();
    for (const slice of slices([...emailIds], SLICE)) {
      for (const { emailId, mailboxId } of await this.#index.locations(slice)) {
        places.set(emailId, [...(places.get(emailId) ?? []), mailboxId]);
      }
    }
    const trash = this.#options.roleId('trash');
    const target = await this.#options.target();
    const isGone = ({ emailId, mailboxId }: Placed) => {
      const mailboxIds = places.get(emailId);
      if (!mailboxIds) return deleteWhenDestroyed;
      if (mailboxIds.every((id) => id === trash)) return deleteWhenTrashed;
      return deleteWhenMoved && !mailboxIds.includes(mailboxId ?? target);
    };
    return new Set([...placed].filter(([, place]) => isGone(place)).map(([uidl]) => uidl));
  }

  setState(uidls: string[], state: 'seen' | 'delete-due' | 'deleted'): Promise<void> {
    const { lease, now } = this.#options;
    return this.#ledger.setState(uidls, state, lease, now());
  }
}

async function begins(blobs: BlobStore, sha256: string, block: Buffer): Promise<boolean> {
  try {
    return block.equals(await collect(await blobs.open(sha256, { offset: 0, length: block.length })));
  } catch (error) {
    // Bytes that are lost here are fetched.
    if (error instanceof RequestError && error.code === 'blobNotFound') return false;
    throw error;
  }
}

function marked(message: Prepared): Prepared {
  const { delivery } = message;
  return { ...message, delivery: { ...delivery, keywords: [...delivery.keywords, DUPLICATE] } };
}
