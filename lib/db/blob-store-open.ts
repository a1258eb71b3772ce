/** The blob store of a process: files beside the SQLite database, rows when Postgres is used (design: Growing). */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Config } from '@/lib/config';
import { MailError, RequestError } from '@/lib/errors';
import type { BlobStore, StoredBlob } from './blob-store';
import { ChunkBlobs } from './blob-store-chunks';
import { FileBlobs } from './blob-store-files';
import type { LargeBlobs, Range } from './blob-store-large';
import { referencedBlobs } from './blob-store-references';
import { putLargeRow, putSmallBlobs } from './blob-store-rows';
import { shrinkSmall } from './blob-store-shrink';
import { hashOf, removeOldSpools, spool } from './blob-store-spool';
import { feedTables } from './feed-tables';
import { unpack } from './pack';
import type { MainTables } from './tables';

/** Between `put` and the row that refers to it; an upload that waits has a row of its own. */
const UNREFERENCED_MS = 60 * 60 * 1000;
const SWEEP_PAGE = 500;

export function openBlobStore(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
  main: Kysely<MainTables>,
): SqlBlobStore {
  const large =
    config.databaseUrl === null
      ? new FileBlobs(join(config.dataDir, 'store'))
      : new ChunkBlobs(feedTables(main), join(config.dataDir, 'incoming'));
  return new SqlBlobStore(main, large);
}

export class SqlBlobStore implements BlobStore {
  readonly #db: Kysely<MainTables>;
  readonly #large: LargeBlobs;

  constructor(db: Kysely<MainTables>, large: LargeBlobs) {
    this.#db = db;
    this.#large = large;
  }

  async put(data: Buffer | Readable, limit: number): Promise<StoredBlob> {
    try {
      const spooled = await spool(data, limit, this.#large);
      if (Buffer.isBuffer(spooled)) {
        const sha256 = hashOf(spooled);
        await putSmallBlobs(feedTables(this.#db), [{ sha256, data: spooled }]);
        return { sha256, size: spooled.length };
      }
      const { sha256, size } = spooled;
      // The row first: from now on no sweep takes these bytes. Without them it is harmless, nobody refers to it yet.
      await putLargeRow(feedTables(this.#db), { sha256, size });
      await this.#large.keep(spooled);
      return { sha256, size };
    } catch (error) {
      throw storageError(error);
    }
  }

  async open(sha256: string, range?: Range): Promise<Readable> {
    const { size, data } = await this.#row(sha256);
    const offset = Math.min(range?.offset ?? 0, size);
    const length = Math.min(range?.length ?? size, size - offset);
    if (data) return Readable.from([data.subarray(offset, offset + length)], { objectMode: false });
    if (length <= 0) return Readable.from([], { objectMode: false });
    return this.#large.open(sha256, { offset, length });
  }

  async read(sha256: string): Promise<Buffer> {
    const { data } = await this.#row(sha256);
    if (data) return data;
    const chunks: Buffer[] = [];
    for await (const chunk of await this.open(sha256)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async size(sha256: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('blob')
      .select('size')
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    return row?.size ?? null;
  }

  /** Goes only if nothing refers to it; what was put within the hour may be about to be referred to: `sweep` takes it later. */
  async remove(sha256: string): Promise<void> {
    await this.#removeUnreferenced([sha256], Date.now());
  }

  /** Removes everything that nothing refers to, and makes small what stays. For a timer: once a day is enough. */
  async sweep(now: number): Promise<void> {
    await removeOldSpools(this.#large.spoolDirectory, now - UNREFERENCED_MS);
    for (let after = ''; ; ) {
      const page = await this.#db
        .selectFrom('blob')
        .select('sha256')
        .where('sha256', '>', after)
        .orderBy('sha256')
        .limit(SWEEP_PAGE)
        .execute();
      const last = page.at(-1);
      if (!last) break;
      after = last.sha256;
      await this.#removeUnreferenced(
        page.map((row) => row.sha256),
        now,
      );
    }
    await shrinkSmall(feedTables(this.#db), now - UNREFERENCED_MS);
  }

  async #removeUnreferenced(sha256s: string[], now: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const kept = await referencedBlobs(transaction, sha256s);
      const free = sha256s.filter((sha256) => !kept.has(sha256));
      if (free.length === 0) return;
      const removed = await transaction
        .deleteFrom('blob')
        .where('sha256', 'in', free)
        .where('touched_at', '<', now - UNREFERENCED_MS)
        .returning('sha256')
        .execute();
      // Before the commit: a `put` of the same bytes waits for it, and brings them anew.
      for (const { sha256 } of removed) await this.#large.remove(sha256);
    });
  }

  async #row(sha256: string): Promise<{ size: number; data: Buffer | null }> {
    const row = await this.#db
      .selectFrom('blob')
      .select(['size', 'data', 'packed'])
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (!row) throw new RequestError('blobNotFound', 'no such blob');
    const { size, data, packed } = row;
    return { size, data: data && (await unpack({ data, packed })) };
  }
}

const FULL = new Set([
  'ENOSPC',
  'EDQUOT',
  'SQLITE_FULL',
  // https://www.postgresql.org/docs/15/errcodes-appendix.html: disk_full
  '53100',
]);

/** security.md R26: a full disk is told as what it is, and nothing counts as saved. */
export function storageError(error: unknown): unknown {
  if (error instanceof MailError || !(error instanceof Error) || !('code' in error)) return error;
  if (!FULL.has(String(error.code))) return error;
  return new RequestError('storageFull', 'no room for more', { cause: error });
}
