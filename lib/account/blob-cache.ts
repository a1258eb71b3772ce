/**
 * Decoded parts that are read piece by piece (RFC 9110 §14): where a byte of the content stands among the encoded ones is known
 * only once all were decoded. Files in DATA_DIR/cache/parts, which may be deleted at any time.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import type { ByteRange } from '@/lib/source/source';

/** A larger part is sent whole, whatever range was asked for. */
const MAX_PART = 1024 ** 3;
const MAX_TOTAL = 2 * 1024 ** 3;
/** Who reads in pieces comes back within this time. */
const KEPT_MS = 60 * 60_000;

export class BlobCache {
  readonly #directory: string;
  readonly #filling = new Map<string, Promise<void>>();

  constructor(dataDir: string) {
    this.#directory = join(dataDir, 'cache', 'parts');
  }

  /** @param key names the content, which never changes. null: too large to be kept */
  async size(key: string, read: () => Promise<Readable>): Promise<number | null> {
    const path = this.#pathOf(key);
    const filling =
      this.#filling.get(path) ?? this.#fill(path, read).finally(() => this.#filling.delete(path));
    this.#filling.set(path, filling);
    await filling;
    return sizeOf(path);
  }

  /** After `size`. */
  async open(key: string, { offset, length }: ByteRange): Promise<Readable> {
    // A file that is open may be swept away beneath.
    const file = await open(this.#pathOf(key));
    return file.createReadStream({ start: offset, end: offset + length - 1 });
  }

  /** Removes what nobody reads any more, and the oldest when there is too much. */
  async sweep(now: number): Promise<void> {
    const files = await this.#files();
    files.sort((a, b) => b.usedAt - a.usedAt);
    let total = 0;
    for (const { path, size, usedAt } of files) {
      total += size;
      if (usedAt < now - KEPT_MS || total > MAX_TOTAL) await rm(path, { force: true });
    }
  }

  async #fill(path: string, read: () => Promise<Readable>): Promise<void> {
    const now = new Date();
    if ((await sizeOf(path)) !== null) return utimes(path, now, now);
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const partial = `${path}.partial`;
    try {
      await store(await read(), partial);
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      if (!(error instanceof RequestError) || error.code !== 'tooLarge') throw error;
    }
    await this.sweep(Date.now());
  }

  async #files(): Promise<{ path: string; size: number; usedAt: number }[]> {
    const names = await readdir(this.#directory).catch(whenAbsent<string[]>([]));
    const files = [];
    for (const name of names) {
      const path = join(this.#directory, name);
      const found = await stat(path).catch(whenAbsent(null));
      if (found) files.push({ path, size: found.size, usedAt: found.mtimeMs });
    }
    return files;
  }

  #pathOf(key: string): string {
    return join(this.#directory, createHash('sha256').update(key).digest('hex'));
  }
}

async function store(stream: Readable, path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_PART) throw new RequestError('tooLarge', 'The part is too large to be kept');
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(whenAbsent(null)))?.size ?? null;
}

function whenAbsent<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
