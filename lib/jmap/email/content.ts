/** The bytes of one message, wherever it is: at the source (Email/get) or in memory (Email/parse). */
import type { Account } from '@/lib/account/account';
import { innerBlobId, partBlobId } from '@/lib/account/blob-id';
import { readAtMost } from '@/lib/account/read-at-most';
import type { EmailRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { TextPart } from '@/lib/mime/digest';
import type { MimePart, MimeTree } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';

export interface Content {
  header(): Promise<Buffer>;
  /** The header block of a part. */
  partHeader(part: MimePart): Promise<Buffer>;
  /** At most `length` bytes of a part as they are stored, still transfer-encoded. */
  part(part: MimePart, length: number): Promise<Buffer>;
  blobId(part: MimePart): Id;
  /** These will be asked for next: a source that is far away brings them together. */
  ahead?(texts: { part: MimePart; length: number }[], header: boolean): Promise<void>;
  /** The text of the message as it was read, whole. */
  seen?(texts: TextPart[]): void;
}

/** A message larger than this is not fetched whole for the headers of its parts. */
const MAX_WALKED = 25_000_000;

export class StoredContent implements Content {
  readonly #account: Account;
  readonly #emailId: Id;
  readonly #structure: MimePart | null;
  #partHeaders: Promise<ReadonlyMap<string, Buffer>> | null = null;
  #whole: Promise<MemoryContent> | null = null;

  constructor(account: Account, { id, structure }: Pick<EmailRow, 'id' | 'structure'>) {
    this.#account = account;
    this.#emailId = id;
    this.#structure = structure;
  }

  header(): Promise<Buffer> {
    return this.#account.readHeader(this.#emailId);
  }

  async partHeader(part: MimePart): Promise<Buffer> {
    if (part.path === this.#structure?.path) return this.header();
    this.#partHeaders ??= this.#account.readPartHeaders(this.#emailId, this.#paths());
    const header = (await this.#partHeaders).get(part.path);
    if (header) return header;
    this.#whole ??= this.#walk();
    return (await this.#whole).partHeader(part);
  }

  async part(part: MimePart, length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    return this.#account.readText(this.#emailId, part.path, length);
  }

  async ahead(texts: { part: MimePart; length: number }[], header: boolean): Promise<void> {
    const wanted = texts.map(({ part: { path }, length }) => ({ path, length }));
    await this.#account.readAhead(this.#emailId, wanted, header);
  }

  seen(texts: TextPart[]): void {
    this.#account.seen(this.#emailId, texts);
  }

  blobId(part: MimePart): Id {
    return partBlobId(this.#emailId, part.path);
  }

  /** Of all parts below the root, whose header is that of the message. */
  #paths(): string[] {
    const below = ({ parts }: MimePart): string[] =>
      parts?.flatMap((part) => [part.path, ...below(part)]) ?? [];
    return this.#structure ? below(this.#structure) : [];
  }

  /** For a server that does not tell the headers of parts (gateway.md pitfall 5). */
  async #walk(): Promise<MemoryContent> {
    const raw = await readAtMost(await this.#account.source.readRaw(this.#emailId), MAX_WALKED);
    return MemoryContent.of(raw, '');
  }
}

export class MemoryContent implements Content {
  readonly tree: MimeTree;
  readonly #raw: Buffer;
  readonly #blobId: Id;

  private constructor(raw: Buffer, blobId: Id, tree: MimeTree) {
    this.#raw = raw;
    this.#blobId = blobId;
    this.tree = tree;
  }

  /** `blobId`: what the bytes are known by; its parts are named after it. */
  static async of(raw: Buffer, blobId: Id): Promise<MemoryContent> {
    return new MemoryContent(raw, blobId, await walkOrWhole(raw));
  }

  async header(): Promise<Buffer> {
    return this.partHeader(this.tree.root);
  }

  async partHeader(part: MimePart): Promise<Buffer> {
    const span = this.tree.spans.get(part.path);
    return span ? this.#raw.subarray(span.headerStart, span.bodyStart) : Buffer.alloc(0);
  }

  async part(part: MimePart, length: number): Promise<Buffer> {
    const span = this.tree.spans.get(part.path);
    return span
      ? this.#raw.subarray(span.bodyStart, Math.min(span.end, span.bodyStart + length))
      : Buffer.alloc(0);
  }

  blobId(part: MimePart): Id {
    return innerBlobId(this.#blobId, part.path);
  }
}
