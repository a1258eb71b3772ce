import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobCache } from '@/lib/account/blob-cache';

const LARGE = randomBytes(3_000_000);

let directory: string;
let cache: BlobCache;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatepost-cache-'));
  cache = new BlobCache(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const pieces = (bytes: Buffer) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / 400_000) }, (_, i) =>
      bytes.subarray(i * 400_000, (i + 1) * 400_000),
    ),
    { objectMode: false },
  );
const files = () => readdir(join(directory, 'cache', 'parts')).catch(() => []);

describe('what passes through the cache', () => {
  it('is kept byte for byte once all of it has passed', async () => {
    expect(await cache.whole('a')).toBeNull();
    expect((await buffer(cache.keep('a', pieces(LARGE)))).equals(LARGE)).toBe(true);
    const kept = await cache.whole('a');
    expect(kept?.size).toBe(LARGE.length);
    expect((await buffer(kept?.stream ?? Readable.from([]))).equals(LARGE)).toBe(true);
    expect(await cache.whole('b')).toBeNull();
  });

  it('serves ranges as well', async () => {
    await buffer(cache.keep('a', pieces(LARGE)));
    const never = () => Promise.reject(new Error('is not asked again'));
    expect(await cache.size('a', never)).toBe(LARGE.length);
    const range = await buffer(await cache.open('a', { offset: 1_000_000, length: 10 }));
    expect(range.equals(LARGE.subarray(1_000_000, 1_000_010))).toBe(true);
  });

  it('leaves nothing behind when it is small, breaks off, or is left', async () => {
    await buffer(cache.keep('small', pieces(LARGE.subarray(0, 1000))));
    const broken = Readable.from(
      (async function* () {
        yield LARGE.subarray(0, 2_000_000);
        throw new Error('the mail server is gone');
      })(),
      { objectMode: false },
    );
    await expect(buffer(cache.keep('broken', broken))).rejects.toThrow('gone');
    for await (const chunk of cache.keep('left', pieces(LARGE)) as AsyncIterable<Buffer>) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    for (const key of ['small', 'broken', 'left']) expect(await cache.whole(key)).toBeNull();
    expect(await files()).toEqual([]);
  });

  it('releases what feeds it, also when nothing was read', async () => {
    const source = pieces(LARGE);
    cache.keep('a', source).destroy();
    await expect.poll(() => source.destroyed).toBe(true);
  });

  it('two at once are both told all, and one copy stays', async () => {
    const both = await Promise.all([1, 2].map(() => buffer(cache.keep('a', pieces(LARGE)))));
    expect(both.every((bytes) => bytes.equals(LARGE))).toBe(true);
    expect(await files()).toHaveLength(1);
  });

  it('arrives although no copy can be made', async () => {
    await writeFile(join(directory, 'cache'), 'a file stands where the directory should');
    expect((await buffer(cache.keep('a', pieces(LARGE)))).equals(LARGE)).toBe(true);
  });

  it('goes after an hour in which nobody asked for it', async () => {
    await buffer(cache.keep('a', pieces(LARGE)));
    await cache.sweep(Date.now() + 59 * 60_000);
    expect(await files()).toHaveLength(1);
    await cache.sweep(Date.now() + 61 * 60_000);
    expect(await files()).toEqual([]);
  });
});
