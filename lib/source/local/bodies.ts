/** Where the bytes of each local Email are: its blob, and the offsets of its parts in it. */
import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { BlobStore } from '@/lib/db/blob-store';
import { insertRows } from '@/lib/db/insert-rows';
import type { FeedTables } from '@/lib/db/tables/feed';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { rootSpan } from '@/lib/mime/digest';
import { MAX_HEADER } from '@/lib/mime/limits';
import type { PartSpan } from '@/lib/mime/types';
import type { ByteRange } from '@/lib/source/source';

type Found = Omit<Body, 'emailId'>;

export interface Body {
  emailId: Id;
  sha256: string;
  size: number;
  spans: ReadonlyMap<string, PartSpan>;
}

interface NewBody extends Body {
  /** Where its Email is put. */
  mailboxId: Id;
}

const COLUMNS = ['account_id', 'email_id', 'sha256', 'size', 'spans', 'mailbox_id'];

/** The offsets of an Email of which only the header block is kept. */
export const HEADER_ONLY: ReadonlyMap<string, PartSpan> = new Map();

/** More was asked for than the headers that are here. */
export class BodyMissing extends RequestError {
  constructor() {
    super('notFound', 'only the headers are here');
  }
}

export class Bodies {
  readonly #accountId: Id;
  readonly #db: Kysely<FeedTables>;
  readonly #blobs: BlobStore;

  constructor(accountId: Id, db: Kysely<FeedTables>, blobs: BlobStore) {
    this.#accountId = accountId;
    this.#db = db;
    this.#blobs = blobs;
  }

  /** `transaction`: the one that puts them into the index. */
  async add(transaction: Kysely<FeedTables>, bodies: NewBody[]): Promise<void> {
    const rows = bodies.map(({ emailId, sha256, size, spans, mailboxId }) => [
      ...[this.#accountId, emailId, sha256, size],
      ...[packed(spans), mailboxId],
    ]);
    await insertRows(transaction, 'local_email', COLUMNS, rows);
  }

  async replace(transaction: Kysely<FeedTables>, { emailId, sha256, size, spans }: Body): Promise<void> {
    await transaction
      .updateTable('local_email')
      .set({ sha256, size, spans: packed(spans) })
      .where('account_id', '=', this.#accountId)
      .where('email_id', '=', emailId)
      .execute();
  }

  /** @returns what may be removed from the blob store after the commit */
  async remove(transaction: Kysely<FeedTables>, emailIds: Id[]): Promise<string[]> {
    if (emailIds.length === 0) return [];
    const rows = await transaction
      .deleteFrom('local_email')
      .where('account_id', '=', this.#accountId)
      .where('email_id', 'in', emailIds)
      .returning('sha256')
      .execute();
    return rows.map(({ sha256 }) => sha256);
  }

  /** The store keeps what something else still refers to. */
  async free(sha256s: string[]): Promise<void> {
    for (const sha256 of new Set(sha256s)) await this.#blobs.remove(sha256);
  }

  async header(emailId: Id): Promise<Buffer> {
    const { sha256, size, spans } = await this.#find(emailId);
    const length = Math.min(spans.size === 0 ? size : rootSpan(spans).bodyStart, MAX_HEADER);
    return collect(await this.#blobs.open(sha256, { offset: 0, length }));
  }

  async part(emailId: Id, section: string, range?: ByteRange): Promise<Readable> {
    const { sha256, spans } = await this.#whole(emailId);
    const path = section.replace(/\.MIME$/, '');
    const span = spans.get(path);
    if (!span) throw new RequestError('notFound', 'no such part');
    const [start, end] = path === section ? [span.bodyStart, span.end] : [span.headerStart, span.bodyStart];
    const offset = Math.min(range?.offset ?? 0, end - start);
    const length = Math.min(range?.length ?? end - start, end - start - offset);
    return this.#blobs.open(sha256, { offset: start + offset, length });
  }

  async raw(emailId: Id, range?: ByteRange): Promise<Readable> {
    return this.#blobs.open((await this.#whole(emailId)).sha256, range);
  }

  /** At most the first `limit` bytes, and the size of the whole. */
  async beginning(emailId: Id, limit: number): Promise<{ raw: Buffer; size: number }> {
    const { sha256, size } = await this.#whole(emailId);
    return { size, raw: await collect(await this.#blobs.open(sha256, { offset: 0, length: limit })) };
  }

  async #whole(emailId: Id): Promise<Found> {
    const found = await this.#find(emailId);
    if (found.spans.size === 0) throw new BodyMissing();
    return found;
  }

  async #find(emailId: Id): Promise<Found> {
    const row = await this.#db
      .selectFrom('local_email')
      .select(['sha256', 'size', 'spans'])
      .where('account_id', '=', this.#accountId)
      .where('email_id', '=', emailId)
      .executeTakeFirst();
    if (!row) throw new RequestError('notFound', 'no such email');
    const spans: [string, number, number, number][] = JSON.parse(row.spans);
    const map = spans.map(([path, headerStart, bodyStart, end]): [string, PartSpan] => [
      path,
      { headerStart, bodyStart, end },
    ]);
    return { sha256: row.sha256, size: row.size, spans: new Map(map) };
  }
}

function packed(spans: ReadonlyMap<string, PartSpan>): string {
  return JSON.stringify(Array.from(spans, ([path, s]) => [path, s.headerStart, s.bodyStart, s.end]));
}

export async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
