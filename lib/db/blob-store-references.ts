/**
 * Who refers to a blob. Bytes are stored once, so the same blob may be an upload, a message in the local store and a frozen
 * submission at a time: it may go only when no row of any of them names it.
 */
import type { Kysely } from 'kysely';
import type { MainTables } from './tables';

/** Which of these blobs some row refers to. A new table that names blobs is added here. */
export async function referencedBlobs(db: Kysely<MainTables>, sha256s: string[]): Promise<Set<string>> {
  if (sha256s.length === 0) return new Set();
  const rows = await db
    .selectFrom('local_email')
    .select('sha256')
    .where('sha256', 'in', sha256s)
    .union(db.selectFrom('upload').select('sha256').where('sha256', 'in', sha256s))
    .union(db.selectFrom('submission').select('wire_sha256 as sha256').where('wire_sha256', 'in', sha256s))
    .union(db.selectFrom('submission').select('copy_sha256 as sha256').where('copy_sha256', 'in', sha256s))
    .execute();
  return new Set(rows.map(({ sha256 }) => sha256));
}
