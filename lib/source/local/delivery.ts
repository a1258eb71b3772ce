/** Puts messages into a local account: bytes, offsets and index rows in one transaction. */
import type { Kysely } from 'kysely';
import type { BlobStore, StoredBlob } from '@/lib/db/blob-store';
import { putSmallBlobs } from '@/lib/db/blob-store-rows';
import { hashOf, SMALL_BLOB } from '@/lib/db/blob-store-spool';
import { feedTables } from '@/lib/db/feed-tables';
import type { FeedTables } from '@/lib/db/tables/feed';
import { indexWithin } from '@/lib/index/account-index';
import { randomId } from '@/lib/index/ids';
import type { AccountIndex, NewLocation } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { Digest } from '@/lib/mime/digest';
import { type Bodies, collect, HEADER_ONLY } from '@/lib/source/local/bodies';
import { digestAll, MAX_DIGEST } from '@/lib/source/local/digest';
import type { LocalStorage } from '@/lib/source/local/storage';

export interface Delivery {
  /** Large ones may be in the store already. */
  content: Buffer | StoredBlob;
  /** Of `content`, where the caller knows it. */
  sha256?: string;
  mailboxIds: Id[];
  keywords: string[];
  /** `content` is the header block of a message of this size; the rest may come later. */
  headerOf?: number;
  /** Told from the bytes where the caller does not know. */
  receivedAt: number | ((raw: Buffer) => number);
}

/** Read, and durable where it is large; all but the commit. */
export interface Prepared {
  id: Id;
  blob: StoredBlob;
  /** Stored in the transaction; null: durable already. */
  small: Buffer | null;
  digest: Digest;
  delivery: Delivery;
  receivedAt: number;
}

interface Opened extends Omit<Prepared, 'id' | 'digest' | 'receivedAt'> {
  /** Its beginning, or all of it. */
  raw: Buffer;
  size: number;
}

export class Deliverer {
  readonly #index: AccountIndex;
  readonly #blobs: BlobStore;
  readonly #bodies: Bodies;
  readonly #storage: LocalStorage;

  constructor(index: AccountIndex, blobs: BlobStore, bodies: Bodies, storage: LocalStorage) {
    this.#index = index;
    this.#blobs = blobs;
    this.#bodies = bodies;
    this.#storage = storage;
  }

  /** Durable when it resolves. @returns the ids, in the order given */
  async deliver(deliveries: Delivery[]): Promise<Id[]> {
    return this.commit(await this.prepare(deliveries));
  }

  /** May run while others are committed. */
  async prepare(deliveries: Delivery[]): Promise<Prepared[]> {
    const opened: Opened[] = [];
    for (const delivery of deliveries) opened.push(await this.#open(delivery));
    const digests = await digestAll(opened);
    return opened.flatMap(({ delivery, blob, small, raw }, index): Prepared[] => {
      const digest = digests[index];
      if (!digest) throw new Error('a message without a digest');
      const { receivedAt } = delivery;
      return [
        {
          ...{ id: randomId('e'), blob, small, digest, delivery },
          receivedAt: typeof receivedAt === 'number' ? receivedAt : receivedAt(raw),
        },
      ];
    });
  }

  /**
   * Durable when it resolves. `also` runs in the same transaction (the POP3 ledger).
   * @returns the ids, in the order given @throws mailStoreFull
   */
  async commit(
    prepared: Prepared[],
    also?: (transaction: Kysely<FeedTables>, ids: Id[]) => Promise<void>,
  ): Promise<Id[]> {
    const ids = prepared.map(({ id }) => id);
    await this.#storage.admit(prepared.reduce((sum, { blob }) => sum + blob.size, 0));
    await this.#index.write(async (writer) => {
      const transaction = feedTables(writer.transaction);
      const small = prepared.flatMap(({ small, blob }) =>
        small ? [{ sha256: blob.sha256, data: small }] : [],
      );
      await putSmallBlobs(transaction, small);
      await this.#bodies.add(
        transaction,
        prepared.map(({ id, blob, digest, delivery }) => ({
          ...{ emailId: id, mailboxId: delivery.mailboxIds[0] ?? '', ...blob },
          spans: delivery.headerOf === undefined ? digest.spans : HEADER_ONLY,
        })),
      );
      await writer.addEmails(
        prepared.map(({ id, blob, digest, delivery, receivedAt }) => ({
          id,
          receivedAt,
          size: delivery.headerOf ?? blob.size,
          headers: digest.headers,
          ...(delivery.headerOf === undefined ? known(digest) : UNKNOWN),
          threadId: null,
          location: locationIn(delivery.mailboxIds[0] ?? '', delivery.keywords),
        })),
      );
      for (const { id, delivery } of prepared) {
        for (const mailboxId of delivery.mailboxIds.slice(1)) {
          await writer.addLocation(id, locationIn(mailboxId, delivery.keywords));
        }
      }
      await also?.(transaction, ids);
    });
    return ids;
  }

  /** All of an Email of which only the headers are here. Durable when it resolves; `also` as in `commit`. */
  async complete(
    emailId: Id,
    { blob, small, digest }: Prepared,
    withoutKeyword: string,
    also: (transaction: Kysely<FeedTables>) => Promise<void>,
  ): Promise<void> {
    await this.#storage.admit(blob.size);
    await this.#index.write(async (writer) => {
      const transaction = feedTables(writer.transaction);
      const index = indexWithin(writer, this.#index.accountId);
      const [row] = await index.emails([emailId]);
      // Destroyed here meanwhile: it stays so.
      if (!row) return also(transaction);
      const keywords = row.keywords.filter((keyword) => keyword !== withoutKeyword);
      if (small) await putSmallBlobs(transaction, [{ sha256: blob.sha256, data: small }]);
      await this.#bodies.replace(transaction, { emailId, ...blob, spans: digest.spans });
      await writer.setDetails(emailId, { ...known(digest), size: blob.size });
      for (const { mailboxId, uid } of await index.locations([emailId])) {
        await writer.setLocationKeywords(mailboxId, [{ uid, keywords, hidden: false, modseq: null }]);
      }
      await also(transaction);
    });
  }

  async #open(delivery: Delivery): Promise<Opened> {
    const { content } = delivery;
    const blob = await this.#blobOf(delivery);
    const raw = Buffer.isBuffer(content) ? content.subarray(0, MAX_DIGEST) : await this.#beginning(blob);
    const small = Buffer.isBuffer(content) && content.length <= SMALL_BLOB ? content : null;
    return { delivery, blob, small, raw, size: blob.size };
  }

  async #blobOf({ content, sha256 }: Delivery): Promise<StoredBlob> {
    if (!Buffer.isBuffer(content)) return content;
    if (content.length > SMALL_BLOB) return this.#blobs.put(content, content.length);
    return { sha256: sha256 ?? hashOf(content), size: content.length };
  }

  async #beginning(blob: StoredBlob): Promise<Buffer> {
    return collect(await this.#blobs.open(blob.sha256, { offset: 0, length: MAX_DIGEST }));
  }
}

/** Of what is inside, nothing is known before the rest has come. */
const UNKNOWN = { structure: null, preview: '', text: null };

function known({ structure, preview, words }: Digest) {
  return { structure, preview, text: { words } };
}

/** The index numbers the copies of local mailboxes itself. */
export function locationIn(mailboxId: Id, keywords: string[]): NewLocation {
  return { mailboxId, uidValidity: 1, uid: null, keywords, hidden: false, modseq: null };
}
