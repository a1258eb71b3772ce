/** Large blobs on Postgres: rows of 1 MB, deflated where that spares something, so that neither writing nor reading holds a whole blob in memory. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { RequestError } from '@/lib/errors';
import type { BlobWriter, LargeBlobs, Range, Spooled } from './blob-store-large';
import { packBeside, unpack } from './pack';
import type { FeedTables } from './tables/feed';

const CHUNK = 1024 ** 2;

export class ChunkBlobs implements LargeBlobs {
  readonly spoolDirectory: string;
  readonly #db: Kysely<FeedTables>;

  constructor(db: Kysely<FeedTables>, spoolDirectory: string) {
    this.#db = db;
    this.spoolDirectory = spoolDirectory;
  }

  writer(handle: FileHandle): BlobWriter {
    return { write: (bytes) => handle.appendFile(bytes), end: async () => undefined };
  }

  async keep({ file, sha256, size }: Spooled): Promise<void> {
    const handle = await open(file);
    try {
      await this.#db.transaction().execute(async (transaction) => {
        for (let position = 0; position * CHUNK < size; position++) {
          const data = Buffer.alloc(Math.min(CHUNK, size - position * CHUNK));
          await handle.read(data, 0, data.length, position * CHUNK);
          const kept = await packBeside(data);
          await transaction
            .insertInto('blob_chunk')
            .values({ sha256, position, ...kept })
            // The same bytes, put by two at once, or in the place of damaged ones.
            .onConflict((conflict) => conflict.columns(['sha256', 'position']).doUpdateSet(kept))
            .execute();
        }
      });
    } finally {
      await handle.close();
      await rm(file, { force: true });
    }
  }

  async open(sha256: string, range: Range): Promise<Readable> {
    return Readable.from(this.#read(sha256, range), { objectMode: false });
  }

  async *#read(sha256: string, { offset, length }: Range): AsyncGenerator<Buffer> {
    const end = offset + length;
    for (let position = Math.floor(offset / CHUNK); position * CHUNK < end; position++) {
      const row = await this.#db
        .selectFrom('blob_chunk')
        .select(['data', 'packed'])
        .where('sha256', '=', sha256)
        .where('position', '=', position)
        .executeTakeFirst();
      if (!row) throw new RequestError('blobNotFound', 'a chunk of a stored blob is missing');
      const start = position * CHUNK;
      const data = await unpack(row, CHUNK);
      yield data.subarray(Math.max(0, offset - start), Math.min(data.length, end - start));
    }
  }

  async remove(sha256: string): Promise<void> {
    await this.#db.deleteFrom('blob_chunk').where('sha256', '=', sha256).execute();
  }
}
