/** Large blobs as files: DATA_DIR/store/ab/cdef..., written once, named by what they hold. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import type { LargeBlobs, Range } from './blob-store-large';
import type { Spooled } from './blob-store-spool';

export class FileBlobs implements LargeBlobs {
  readonly spoolDirectory: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    // The same file system, so that the rename is atomic.
    this.spoolDirectory = join(root, 'incoming');
  }

  async keep(blob: Spooled): Promise<void> {
    const target = this.#path(blob.sha256);
    const made = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(blob.file, target);
    // The name is durable only when its directory is.
    await syncDirectory(dirname(target));
    if (made !== undefined) await syncDirectory(this.#root);
  }

  async open(sha256: string, { offset, length }: Range): Promise<Readable> {
    const handle = await open(this.#path(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new RequestError('blobNotFound', 'no such blob', { cause: error });
      throw error;
    });
    return handle.createReadStream({ start: offset, end: offset + length - 1 });
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#path(sha256), { force: true });
  }

  #path(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2));
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
