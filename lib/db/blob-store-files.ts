/** Large blobs as files: DATA_DIR/store/ab/cdef....z, written once, named by what they hold. */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import { openPieces, PieceWriter } from './blob-pieces';
import type { BlobWriter, LargeBlobs, Range, Spooled } from './blob-store-large';

export class FileBlobs implements LargeBlobs {
  readonly spoolDirectory: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    // The same file system, so that the rename is atomic.
    this.spoolDirectory = join(root, 'incoming');
  }

  writer(handle: FileHandle): BlobWriter {
    return new PieceWriter(handle);
  }

  async keep(blob: Spooled): Promise<void> {
    const target = this.#pieces(blob.sha256);
    const made = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(blob.file, target);
    // The name is durable only when its directory is.
    await syncDirectory(dirname(target));
    if (made !== undefined) await syncDirectory(this.#root);
  }

  async open(sha256: string, range: Range): Promise<Readable> {
    const pieces = await openIfThere(this.#pieces(sha256));
    if (pieces) return openPieces(pieces, range);
    const plain = await openIfThere(this.#plain(sha256));
    if (!plain) throw new RequestError('blobNotFound', 'no such blob');
    return plain.createReadStream({ start: range.offset, end: range.offset + range.length - 1 });
  }

  async remove(sha256: string): Promise<void> {
    for (const file of [this.#pieces(sha256), this.#plain(sha256)]) await rm(file, { force: true });
  }

  /** As the first versions wrote them: the bytes as they came. */
  #plain(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2));
  }

  #pieces(sha256: string): string {
    return `${this.#plain(sha256)}.z`;
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
