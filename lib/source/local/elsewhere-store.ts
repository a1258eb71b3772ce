/**
 * A POP3 feed's place of delivery in another account. Its server and our ledger have no transaction in common: what is about
 * to be put there is noted before (`tried_at`) and as stored after; in doubt it is looked for there, so that a lost answer
 * or a killed process neither loses a message nor doubles it (security.md I10).
 */
import type { Readable } from 'node:stream';
import type { Pop3Settings } from '@/lib/account/record';
import type { BlobStore } from '@/lib/db/blob-store';
import { hashOf } from '@/lib/db/blob-store-spool';
import { Mutex } from '@/lib/db/mutex';
import { CommandError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { arrivalOf } from '@/lib/mime/arrival';
import { emailHeaders } from '@/lib/mime/header';
import { MAX_HEADER } from '@/lib/mime/limits';
import type { FeedStore, Fetched, LedgerEntry, Listing, StoredBytes, Top } from '@/lib/pop3/feed-store';
import { POP3_LIMITS } from '@/lib/pop3/limits';
import { collect } from '@/lib/source/local/bodies';
import type { Delivered, Destination } from '@/lib/source/local/destination';
import type { FeedLease } from '@/lib/source/local/feed-lease';
import { DUPLICATE, keywordsOf } from '@/lib/source/local/keywords';
import { headerBlock, knownByHeader } from '@/lib/source/local/known-by-header';
import type { Ledger } from '@/lib/source/local/ledger';
import type { ElsewhereLedger } from '@/lib/source/local/ledger-elsewhere';
import type { ReadMarks } from '@/lib/source/local/read-marks';
import { MAX_APPENDED, MAX_HELD } from '@/lib/source/source';

export interface ElsewhereStoreOptions {
  settings: Pop3Settings;
  lease: FeedLease;
  elsewhere: ElsewhereLedger;
  /** This account: what came here by its headers before is completed here. */
  here: Pick<FeedStore, 'complete'>;
  now(): number;
  reads: ReadMarks;
  /** There are new ones. */
  onRead?(): void;
}

interface Message {
  listing: Listing;
  raw: Delivered['raw'];
  /** Its beginning, or all of it. */
  head: Buffer;
  size: number;
  sha256: string;
  /** null: longer than what is read of it. */
  headerSha256: string | null;
  messageId: string | null;
}

interface Group {
  target: Id;
  present: ReadonlySet<string>;
  /** A try whose end is not known. */
  doubtful: ReadonlySet<string>;
  appended: number;
}

export class ElsewhereStore implements FeedStore {
  readonly #ledger: Ledger;
  readonly #elsewhere: ElsewhereLedger;
  readonly #blobs: BlobStore;
  readonly #destination: Destination;
  readonly #options: ElsewhereStoreOptions;
  readonly #turns = new Mutex();

  constructor(ledger: Ledger, blobs: BlobStore, destination: Destination, options: ElsewhereStoreOptions) {
    this.#ledger = ledger;
    this.#elsewhere = options.elsewhere;
    this.#blobs = blobs;
    this.#destination = destination;
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

  /** Their bytes are there, not here: of their headers the ledger has the hashes. */
  async adopt(tops: Top[], present: ReadonlySet<string>): Promise<Set<string>> {
    const kept = await this.#elsewhere.ofSizes(tops.map(({ listing }) => listing.size));
    const known = await knownByHeader(tops, kept, present, {
      identityOf: ({ sha256 }) => sha256,
      begins: ({ header_sha256 }, block) => header_sha256 === hashOf(block),
    });
    const { lease, now } = this.#options;
    await this.#elsewhere.stored(
      known.map(({ listing, row }) => ({
        ...{ listing, sha256: row.sha256, headerSha256: row.header_sha256 },
      })),
      now(),
      (transaction) => lease.hold(transaction),
    );
    return new Set(known.map(({ listing }) => listing.uidl));
  }

  /** What one of them is refused for is thrown when the others are stored. */
  async store(messages: Fetched[], present: ReadonlySet<string>): Promise<number> {
    const release = await this.#turns.lock();
    const done: Message[] = [];
    try {
      const { targetMailboxId, skipInbox } = this.#options.settings;
      const target = await this.#destination.mailbox(targetMailboxId, skipInbox);
      const uidls = messages.map(({ listing }) => listing.uidl);
      const stubs = await this.#ledger.listedAmong(uidls);
      const doubtful = await this.#elsewhere.try(uidls, this.#options.lease, this.#options.now());
      const group = { target, present, doubtful, appended: 0 };
      let refusal: CommandError | null = null;
      for (const fetched of messages) {
        try {
          const { listing, content } = fetched;
          if (stubs.has(listing.uidl)) await this.complete(listing, content);
          else done.push(await this.#put(fetched, done, group));
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          refusal ??= error;
        }
      }
      if (refusal) throw refusal;
      return group.appended;
    } finally {
      await this.#stored(done).finally(release);
    }
  }

  async #stored(messages: Message[]): Promise<void> {
    const { settings, reads, onRead, now } = this.#options;
    await this.#elsewhere.stored(messages, now(), async (transaction) => {
      if (!settings.markReadOnFetch) return;
      const ids = messages.map(({ messageId }) => messageId ?? undefined);
      await reads.add(transaction, ids, now());
    });
    if (settings.markReadOnFetch) onRead?.();
  }

  async #put(fetched: Fetched, before: Message[], group: Group): Promise<Message> {
    const { target, present, doubtful } = group;
    const message = await this.#read(fetched);
    const { listing, raw, head, size, sha256, messageId } = message;
    const { settings } = this.#options;
    const { keepDate, duplicates } = settings;
    const same = await this.#ledger.withContent([sha256]);
    // Fetched anew for its bytes, which are damaged here or in another account (blob-store-verify.ts).
    const isAnew = same.some(({ uidl, state }) => uidl === listing.uidl && state === 'seen');
    if (isAnew && Buffer.isBuffer(fetched.content)) await this.#elsewhere.mend(sha256, fetched.content);
    if (same.some(({ uidl }) => uidl === listing.uidl || !present.has(uidl))) return message;
    const isTwin = messageId !== null && (same.length > 0 || before.some((one) => one.sha256 === sha256));
    if (isTwin && duplicates === 'skip') return message;
    const fingerprint = { messageId, size, sha256 };
    if (doubtful.has(listing.uidl) && (await this.#destination.find(target, fingerprint))) return message;
    const now = this.#options.now();
    await this.#elsewhere.hold(this.#options.lease);
    await this.#destination.append({
      ...{ raw, mailboxIds: [target] },
      keywords: [...keywordsOf(settings, fetched), ...(isTwin && duplicates === 'tag' ? [DUPLICATE] : [])],
      receivedAt: keepDate ? arrivalOf(head, now) : now,
    });
    group.appended += 1;
    return message;
  }

  async #read({ listing, content }: Fetched): Promise<Message> {
    const { size, sha256 } = Buffer.isBuffer(content)
      ? { size: content.length, sha256: hashOf(content) }
      : content;
    if (size > MAX_APPENDED) {
      throw new CommandError('tooLarge', 'too large for another account', {
        params: { limit: MAX_APPENDED },
      });
    }
    const isHeld = Buffer.isBuffer(content) || size > MAX_HELD;
    const raw = isHeld ? content : await this.#blobs.read(sha256);
    const range = { offset: 0, length: MAX_HEADER };
    const head = Buffer.isBuffer(raw) ? raw : await collect(await this.#blobs.open(sha256, range));
    const block = headerBlock(head);
    const headerSha256 = block.length > head.length && head.length < size ? null : hashOf(block);
    const { messageId } = emailHeaders(head);
    return { listing, raw, head, size, sha256, headerSha256, messageId: messageId?.[0] ?? null };
  }

  async verified(uidls: string[]): Promise<Set<string>> {
    return new Set((await this.#ledger.verified(uidls)).keys());
  }

  /** What becomes of it there is that account's own matter. */
  async removedHere(): Promise<Set<string>> {
    return new Set();
  }

  setState(uidls: string[], state: 'seen' | 'delete-due' | 'deleted'): Promise<void> {
    const { lease, now } = this.#options;
    return this.#ledger.setState(uidls, state, lease, now());
  }

  complete(listing: Listing, content: Fetched['content']): Promise<void> {
    return this.#options.here.complete(listing, content);
  }
}
