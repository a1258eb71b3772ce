/** Whether stored bytes are still what their names say, one after the other: for `npm run verify`. */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { RequestError } from '@/lib/errors';
import type { BlobStore, StoredBlob } from './blob-store';
import { DamagedBlob } from './blob-store-large';
import type { SqlBlobStore } from './blob-store-open';
import { referencedBlobs } from './blob-store-references';
import type { MainTables } from './tables';

const PAGE = 200;

export interface Damage {
  /** The sha256 of the bytes; of mail of which nothing tells which they are, its id. */
  name: string;
  /** `unlisted`: they are there, and their mail is in no list. */
  problem: 'missing' | 'changed' | 'unlisted';
}

export async function* damagedBlobs(db: Kysely<MainTables>, blobs: SqlBlobStore): AsyncGenerator<Damage> {
  for (let after = ''; ; ) {
    const page = await db
      .selectFrom('blob')
      .select('sha256')
      .where('sha256', '>', after)
      .orderBy('sha256')
      .limit(PAGE)
      .execute();
    for (const { sha256 } of page) {
      const problem = await problemOf(blobs, sha256);
      // A process that was killed may have begun to store it; nobody was told that it is here.
      if (problem === 'missing' && (await referencedBlobs(db, [sha256])).size === 0) continue;
      if (problem) yield { name: sha256, problem };
    }
    const last = page.at(-1);
    if (!last) break;
    after = last.sha256;
  }
  yield* unnamed(db);
  yield* unlisted(db);
}

export async function problemOf(blobs: BlobStore, sha256: string): Promise<Damage['problem'] | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of await blobs.open(sha256)) hash.update(chunk);
  } catch (error) {
    return damageOf(error);
  }
  return hash.digest('hex') === sha256 ? null : 'changed';
}

/** Whether its last byte is there: of a large one that lost its file, or the end of it, the row tells nothing. */
export async function isReadable(blobs: BlobStore, { sha256, size }: StoredBlob): Promise<boolean> {
  try {
    const last = await blobs.open(sha256, { offset: size - 1, length: 1 });
    return Buffer.concat(await last.toArray()).length === 1;
  } catch (error) {
    damageOf(error);
    return false;
  }
}

/** @throws what is no damage */
function damageOf(error: unknown): Damage['problem'] {
  if (error instanceof RequestError && error.code === 'blobNotFound') return 'missing';
  if (error instanceof DamagedBlob || isZlib(error)) return 'changed';
  throw error;
}

/** What was deflated no longer inflates. */
function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_|ERR_BUFFER_TOO_LARGE/.test(String(error.code));
}

/** Mail whose bytes have not even a row. */
async function* unnamed(db: Kysely<MainTables>): AsyncGenerator<Damage> {
  const rows = await db
    .selectFrom('local_email')
    .leftJoin('blob', 'blob.sha256', 'local_email.sha256')
    .select('local_email.sha256')
    .where('blob.sha256', 'is', null)
    .distinct()
    .execute();
  for (const { sha256 } of rows) yield { name: sha256, problem: 'missing' };
  const lost = await db
    .selectFrom('email')
    .innerJoin('index_account', 'index_account.key', 'email.account')
    .leftJoin('local_email', (join) =>
      join
        .onRef('local_email.account_id', '=', 'index_account.id')
        .onRef('local_email.email_id', '=', 'email.id'),
    )
    .select('email.id')
    .where('local_email.email_id', 'is', null)
    .execute();
  for (const { id } of lost) yield { name: id, problem: 'missing' };
}

async function* unlisted(db: Kysely<MainTables>): AsyncGenerator<Damage> {
  const rows = await db
    .selectFrom('local_email')
    .leftJoin('index_account', 'index_account.id', 'local_email.account_id')
    .leftJoin('email', (join) =>
      join.onRef('email.account', '=', 'index_account.key').onRef('email.id', '=', 'local_email.email_id'),
    )
    .select('local_email.sha256')
    .where('email.id', 'is', null)
    .execute();
  for (const { sha256 } of rows) yield { name: sha256, problem: 'unlisted' };
}

/**
 * What a POP3 server may still have is fetched anew by the next session, and its bytes are put in the place of these; what it
 * has not stays as it is. @returns whether there is such a server
 */
export async function fetchAnew(db: Kysely<MainTables>, sha256: string): Promise<boolean> {
  const listed = await db
    .updateTable('pop_uidl')
    .set({ state: 'seen' })
    .where('sha256', '=', sha256)
    .where('state', 'in', ['stored', 'delete-due', 'listed'])
    .returning('uidl')
    .execute();
  return listed.length > 0;
}
