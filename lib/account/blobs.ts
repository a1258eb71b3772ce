/** The bytes behind a blob id, out of the source or the uploads; parts come decoded (RFC 8621 §4.1.4). */
import { pipeline, Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { decodeTransfer, isEncoded, transferDecoder } from '@/lib/mime/transfer';
import type { MimePart } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import { filesSafely } from '@/lib/mime/worker-pool';
import { type ByteRange, MAX_HELD } from '@/lib/source/source';
import type { Account } from './account';
import { type BlobRef, parseBlobId } from './blob-id';
import { readAtMost, tooLarge } from './read-at-most';
import { sliceOf } from './slice';
import type { Uploads } from './uploads';

export class Blobs {
  readonly #account: Account;
  readonly #uploads: Uploads;

  constructor(account: Account, uploads: Uploads) {
    this.#account = account;
    this.#uploads = uploads;
  }

  get accountId(): Id {
    return this.#account.id;
  }

  /** Behind a mail server, and not in what is stored here. */
  isFar(blobId: Id): boolean {
    return this.#account.source.kind === 'imap' && parseBlobId(blobId)?.kind !== 'upload';
  }

  /** Destroying the stream releases what feeds it. @throws blobNotFound, notFound */
  async open(blobId: Id, range?: ByteRange): Promise<Readable> {
    const stream = await this.#open(refOf(blobId), range);
    return stream.once('close', this.#account.hold());
  }

  async #open(ref: BlobRef, range?: ByteRange): Promise<Readable> {
    if (ref.kind === 'raw') return this.#account.source.readRaw(ref.emailId, range);
    if (ref.kind === 'upload') return this.#uploads.open(this.#account.id, ref.sha256, range);
    if (ref.kind === 'part') return this.#openPart(ref.emailId, ref.path, range);
    const bytes = await this.#readInside(ref);
    const { offset, length } = range ?? { offset: 0, length: bytes.length };
    return Readable.from([bytes.subarray(offset, offset + length)], { objectMode: false });
  }

  /** null: only who reads all of it knows. @throws blobNotFound, notFound */
  async size(blobId: Id): Promise<number | null> {
    const ref = refOf(blobId);
    if (ref.kind === 'upload') return this.#uploads.size(this.#account.id, ref.sha256);
    if (ref.kind === 'inner' || ref.kind === 'file') return (await this.#readInside(ref)).length;
    if (ref.kind === 'part') {
      const part = await this.#part(ref.emailId, ref.path);
      return isEncoded(part.encoding) ? null : part.size;
    }
    const [row] = await this.#account.index.emails([ref.emailId]);
    if (!row) throw notFound();
    return row.size;
  }

  /** As far as can be told without reading: what is encoded is larger than what it holds. @throws blobNotFound, notFound */
  async atMost(blobId: Id): Promise<number> {
    const ref = refOf(blobId);
    const known = await this.size(blobId);
    if (known !== null || ref.kind !== 'part') return known ?? MAX_HELD;
    return (await this.#part(ref.emailId, ref.path)).size;
  }

  /** @throws blobNotFound, notFound, tooLarge */
  async read(blobId: Id, limit = MAX_HELD): Promise<Buffer> {
    return this.#read(refOf(blobId), limit);
  }

  async #read(ref: BlobRef, limit: number): Promise<Buffer> {
    if (ref.kind === 'inner' || ref.kind === 'file') return this.#readInside(ref);
    if (ref.kind === 'upload') {
      const size = await this.#uploads.size(this.#account.id, ref.sha256);
      if (size > limit) throw tooLarge(limit);
      return this.#uploads.read(this.#account.id, ref.sha256);
    }
    if (ref.kind === 'raw') return this.#account.readRaw(ref.emailId, limit);
    return readAtMost(await this.#openPart(ref.emailId, ref.path), limit);
  }

  async #openPart(emailId: Id, path: string, range?: ByteRange): Promise<Readable> {
    const part = await this.#part(emailId, path);
    if (!isEncoded(part.encoding)) return this.#account.source.readPart(emailId, path, range);
    // Where a byte of the content stands among the encoded ones, only decoding tells.
    if (range) return sliceOf(await this.#openPart(emailId, path), range);
    const encoded = await this.#account.source.readPart(emailId, path);
    // The error, if there is one, destroys the decoder, whose reader then sees it.
    return pipeline(encoded, transferDecoder(part.encoding), () => undefined);
  }

  async #part(emailId: Id, path: string): Promise<MimePart> {
    const [row] = await this.#account.emails([emailId], ['structure']);
    const part = row?.structure && partAt(row.structure, path);
    if (!part) throw notFound();
    return part;
  }

  async #readInside(ref: Extract<BlobRef, { kind: 'inner' | 'file' }>): Promise<Buffer> {
    const raw = await this.#read(ref.of, MAX_HELD);
    if (ref.kind === 'inner') return innerPart(raw, ref.path);
    const file = (await filesSafely(raw))[ref.number];
    if (!file) throw notFound();
    return file.bytes;
  }
}

async function innerPart(raw: Buffer, path: string): Promise<Buffer> {
  const { root, spans } = await walkOrWhole(raw);
  const part = partAt(root, path);
  const span = spans.get(path);
  if (!part || !span) throw notFound();
  return decodeTransfer(raw.subarray(span.bodyStart, span.end), part.encoding);
}

export function partAt(root: MimePart, path: string): MimePart | null {
  if (root.path === path) return root.parts ? null : root;
  for (const child of root.parts ?? []) {
    const found = partAt(child, path);
    if (found) return found;
  }
  return null;
}

function refOf(blobId: Id): BlobRef {
  const ref = parseBlobId(blobId);
  if (!ref) throw notFound();
  return ref;
}

function notFound(): RequestError {
  return new RequestError('blobNotFound', 'There is no such blob');
}
