/** Puts messages into a local account: bytes, offsets and index rows in one transaction. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { BlobStore, StoredBlob } from '@/lib/db/blob-store';
import { putSmallBlobs } from '@/lib/db/blob-store-rows';
import { hashOf, SMALL_BLOB } from '@/lib/db/blob-store-spool';
import { feedTables } from '@/lib/db/feed-tables';
import type { FeedTables } from '@/lib/db/tables/feed';
import { hashId } from '@/lib/index/ids';
import type { AccountIndex, NewLocation } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { type Bodies, collect } from '@/lib/source/local/bodies';
import { type Digest, digest, MAX_DIGEST } from '@/lib/source/local/digest';

export interface Delivery {
  /** Large ones may be in the store already. */
  content: Buffer | StoredBlob;
  mailboxIds: Id[];
  keywords: string[];
  /** Told from the bytes where the caller does not know. */
  receivedAt: number | ((raw: Buffer) => number);
}

interface Prepared {
  id: Id;
  blob: StoredBlob;
  /** Stored in the transaction; null: durable already. */
  small: Buffer | null;
  digest: Digest;
  delivery: Delivery;
  receivedAt: number;
}

export class Deliverer {
  readonly #index: AccountIndex;
  readonly #blobs: BlobStore;
  readonly #bodies: Bodies;

  constructor(index: AccountIndex, blobs: BlobStore, bodies: Bodies) {
    this.#index = index;
    this.#blobs = blobs;
    this.#bodies = bodies;
  }

  /**
   * Durable when it resolves. `also` runs in the same transaction (the POP3 ledger).
   * @returns the ids, in the order given
   */
  async deliver(
    deliveries: Delivery[],
    also?: (transaction: Kysely<FeedTables>, ids: Id[]) => Promise<void>,
  ): Promise<Id[]> {
    const prepared: Prepared[] = [];
    for (const delivery of deliveries) prepared.push(await this.#prepare(delivery));
    const ids = prepared.map(({ id }) => id);
    await this.#index.write(async (writer) => {
      const transaction = feedTables(writer.transaction);
      const small = prepared.flatMap(({ small, blob }) =>
        small ? [{ sha256: blob.sha256, data: small }] : [],
      );
      await putSmallBlobs(transaction, small);
      await this.#bodies.add(
        transaction,
        prepared.map(({ id, blob, digest }) => ({ emailId: id, ...blob, spans: digest.spans })),
      );
      await writer.addEmails(
        prepared.map(({ id, blob, digest, delivery, receivedAt }) => ({
          id,
          receivedAt,
          size: blob.size,
          headers: digest.headers,
          structure: digest.structure,
          preview: digest.preview,
          text: digest.text,
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

  async #prepare(delivery: Delivery): Promise<Prepared> {
    const { content } = delivery;
    const isSmall = Buffer.isBuffer(content) && content.length <= SMALL_BLOB;
    const blob = await this.#blobOf(content);
    const raw = Buffer.isBuffer(content) ? content.subarray(0, MAX_DIGEST) : await this.#beginning(blob);
    const receivedAt =
      typeof delivery.receivedAt === 'number' ? delivery.receivedAt : delivery.receivedAt(raw);
    return {
      id: hashId('e', randomUUID()),
      blob,
      small: isSmall ? content : null,
      digest: await digest(raw, blob.size),
      delivery,
      receivedAt,
    };
  }

  async #blobOf(content: Buffer | StoredBlob): Promise<StoredBlob> {
    if (!Buffer.isBuffer(content)) return content;
    if (content.length > SMALL_BLOB) return this.#blobs.put(content, content.length);
    return { sha256: hashOf(content), size: content.length };
  }

  async #beginning(blob: StoredBlob): Promise<Buffer> {
    return collect(await this.#blobs.open(blob.sha256, { offset: 0, length: MAX_DIGEST }));
  }
}

/** The index numbers the copies of local mailboxes itself. */
export function locationIn(mailboxId: Id, keywords: string[]): NewLocation {
  return { mailboxId, uidValidity: 1, uid: null, keywords, hidden: false, modseq: null };
}
