/**
 * Uploads belong to the account they were sent to: another account does not see the bytes even if it knows their hash
 * (security.md S19). Kept for 24 h, which is more than the hour of RFC 8620 §6.
 */
import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { BlobStore, StoredBlob } from '@/lib/db/blob-store';
import type { JmapTables } from '@/lib/db/tables/jmap';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { ByteRange } from '@/lib/source/source';

const HOUR_MS = 60 * 60 * 1000;
const KEPT_MS = 24 * HOUR_MS;
/** Bytes of uploads that one account may have waiting: twenty times the largest upload at the default size. */
const MAX_WAITING_BYTES = 1_000_000_000;

export class Uploads {
  readonly #db: Kysely<JmapTables>;
  readonly #blobs: BlobStore;

  constructor(db: Kysely<JmapTables>, blobs: BlobStore) {
    this.#db = db;
    this.#blobs = blobs;
  }

  /** @throws tooLarge, overQuota */
  async add(accountId: Id, data: Buffer | Readable, limit: number): Promise<StoredBlob> {
    await this.#makeRoom(accountId);
    const blob = await this.#blobs.put(data, limit);
    const row = { account_id: accountId, sha256: blob.sha256, size: blob.size, uploaded_at: Date.now() };
    await this.#db
      .insertInto('upload')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'sha256']).doUpdateSet({ uploaded_at: row.uploaded_at }),
      )
      .execute();
    return blob;
  }

  /** @throws blobNotFound */
  async size(accountId: Id, sha256: string): Promise<number> {
    const row = await this.#db
      .selectFrom('upload')
      .select('size')
      .where('account_id', '=', accountId)
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (!row) throw new RequestError('blobNotFound', 'There is no such upload');
    return Number(row.size);
  }

  async open(accountId: Id, sha256: string, range?: ByteRange): Promise<Readable> {
    await this.size(accountId, sha256);
    return this.#blobs.open(sha256, range);
  }

  async read(accountId: Id, sha256: string): Promise<Buffer> {
    await this.size(accountId, sha256);
    return this.#blobs.read(sha256);
  }

  /** The account is gone for ever. */
  async forget(accountId: Id): Promise<void> {
    const mine = this.#db.deleteFrom('upload').where('account_id', '=', accountId);
    await this.#free(await mine.returning('sha256').execute());
  }

  /** Removes what is older than 24 h, in one statement: the same bytes may be coming once more just now. */
  async sweep(now: number): Promise<void> {
    const old = this.#db.deleteFrom('upload').where('uploaded_at', '<', now - KEPT_MS);
    await this.#free(await old.returning('sha256').execute());
  }

  /** The blob itself goes only if no mail and no submission is made of the same bytes. */
  async #free(rows: { sha256: string }[]): Promise<void> {
    for (const { sha256 } of rows) await this.#blobs.remove(sha256);
  }

  /** RFC 8620 §6: the oldest go first, and none within an hour. @throws overQuota */
  async #makeRoom(accountId: Id): Promise<void> {
    let waiting = await this.#waitingBytes(accountId);
    if (waiting <= MAX_WAITING_BYTES) return;
    const before = Date.now() - HOUR_MS;
    const old = this.#db
      .selectFrom('upload')
      .select(['sha256', 'size'])
      .where('account_id', '=', accountId)
      .where('uploaded_at', '<', before)
      .orderBy('uploaded_at');
    for (const { sha256, size } of await old.execute()) {
      const one = this.#db
        .deleteFrom('upload')
        .where('account_id', '=', accountId)
        .where('sha256', '=', sha256)
        .where('uploaded_at', '<', before);
      await this.#free(await one.returning('sha256').execute());
      waiting -= Number(size);
      if (waiting <= MAX_WAITING_BYTES) return;
    }
    throw new RequestError('overQuota', 'Too much was uploaded to this account in the last hour');
  }

  async #waitingBytes(accountId: Id): Promise<number> {
    const row = await this.#db
      .selectFrom('upload')
      .select((select) => select.fn.sum('size').as('bytes'))
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return Number(row?.bytes ?? 0);
  }
}
