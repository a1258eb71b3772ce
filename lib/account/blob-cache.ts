/**
 * Content that is asked for again: what was downloaded from a mail server, and decoded parts that are read piece by piece (RFC 9110
 * §14), as where a byte of the content stands among the encoded ones is known only once all were decoded. Files in
 * DATA_DIR/cache/parts, which may be deleted at any time.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import type { ByteRange } from '@/lib/source/source';
import { FileCopy } from './file-copy';

/** Less is fetched as fast as it is found. */
const MIN_KEPT = 1 << 20;
/** Of a file that is read to its end. */
const CHUNK = 1 << 20;
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

  /** All of what is kept; null if nothing is. */
  async whole(key: string): Promise<{ size: number; stream: Readable } | null> {
    const file = await open(this.#pathOf(key)).catch(whenAbsent(null));
    if (!file) return null;
    const now = new Date();
    await file.utimes(now, now);
    const { size } = await file.stat();
    return { size, stream: file.createReadStream({ highWaterMark: CHUNK }) };
  }

  /** Passes `source` on, and keeps what passed if all of it did. Destroying the result destroys `source`. */
  keep(key: string, source: Readable): Readable {
    const passing = Readable.from(this.#passing(this.#pathOf(key), source), { objectMode: false });
    // A generator that was never begun would leave it open.
    return passing.once('close', () => source.destroy());
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

  async *#passing(path: string, source: Readable): AsyncGenerator<Buffer> {
    const copy = this.#filling.has(path) ? null : new FileCopy(path, { least: MIN_KEPT, most: MAX_PART });
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        yield chunk;
        await copy?.add(chunk);
      }
      if (await copy?.finish()) await this.sweep(Date.now());
    } finally {
      await copy?.drop();
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
      // Unlike `write`, all of it or an error.
      await file.appendFile(chunk);
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
