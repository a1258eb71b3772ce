/** The rows of blobs: all of them have one, small ones are in it. For use inside a transaction of the caller. */
import type { Kysely } from 'kysely';
import type { StoredBlob } from './blob-store';
import { SMALL_BLOB } from './blob-store-spool';
import { insertRows } from './insert-rows';
import { pack } from './pack';
import type { FeedTables } from './tables/feed';

export interface SmallBlob {
  sha256: string;
  data: Buffer;
}

/** Many small blobs with whatever else the transaction holds: one commit for all (gateway.md 3, group commit). */
export function putSmallBlobs(db: Kysely<FeedTables>, blobs: SmallBlob[]): Promise<void> {
  return put(db, blobs, 'touched_at = excluded.touched_at');
}

/** In the place of what may be damaged. */
export function putSmallBlobsAnew(db: Kysely<FeedTables>, blobs: SmallBlob[]): Promise<void> {
  return put(
    db,
    blobs,
    'touched_at = excluded.touched_at, data = excluded.data, packed = excluded.packed, size = excluded.size',
  );
}

async function put(db: Kysely<FeedTables>, blobs: SmallBlob[], set: string): Promise<void> {
  if (blobs.length === 0) return;
  if (blobs.some(({ data }) => data.length > SMALL_BLOB)) throw new RangeError('not a small blob');
  const touchedAt = Date.now();
  // Postgres refuses to touch one row twice in one statement.
  const distinct = new Map(blobs.map((blob) => [blob.sha256, blob]));
  await insertRows(
    db,
    'blob',
    ['sha256', 'size', 'data', 'packed', 'touched_at'],
    Array.from(distinct.values(), ({ sha256, data }) => {
      const kept = pack(data);
      return [sha256, data.length, kept.data, kept.packed, touchedAt];
    }),
    `on conflict (sha256) do update set ${set}`,
  );
}

export async function putLargeRow(db: Kysely<FeedTables>, { sha256, size }: StoredBlob): Promise<void> {
  const touched_at = Date.now();
  await db
    .insertInto('blob')
    .values({ sha256, size, data: null, touched_at })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ touched_at }))
    .execute();
}
