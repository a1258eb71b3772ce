/** A stream of unknown length becomes a small Buffer, or a file whose hash and size are known. Limited while it comes. */
import { createHash, hash as hashOnce, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';
import type { BlobWriter, LargeBlobs, Spooled } from './blob-store-large';

/** Up to here a blob is a row of the database and shares its commit; above, rows make the database slow to back up. */
export const SMALL_BLOB = 64 * 1024;

export function hashOf(data: Buffer): string {
  return hashOnce('sha256', data);
}

/** @throws tooLarge as soon as more than `limit` bytes have come */
export async function spool(
  data: Buffer | Readable,
  limit: number,
  large: Pick<LargeBlobs, 'spoolDirectory' | 'writer'>,
): Promise<Buffer | Spooled> {
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let size = 0;
  let target: Target | null = null;
  try {
    for await (const chunk of Buffer.isBuffer(data) ? [data] : data) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      size += bytes.length;
      if (size > limit) throw new RequestError('tooLarge', 'larger than allowed', { params: { limit } });
      if (target === null && size > SMALL_BLOB) {
        target = await newFile(large);
        for (const waiting of chunks.splice(0)) await append(target, hash, waiting);
      }
      if (target) await append(target, hash, bytes);
      else chunks.push(bytes);
    }
    if (target === null) return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    await target.writer.end();
    // Durable before it is named: a name that stands for bytes in memory would lie after a power cut.
    await target.handle.sync();
    await target.handle.close();
    return { file: target.file, size, sha256: hash.digest('hex') };
  } catch (error) {
    if (target) {
      await target.handle.close().finally(() => rm(target?.file ?? '', { force: true }));
    }
    throw error;
  }
}

interface Target {
  handle: FileHandle;
  writer: BlobWriter;
  file: string;
}

async function newFile(large: Pick<LargeBlobs, 'spoolDirectory' | 'writer'>): Promise<Target> {
  await mkdir(large.spoolDirectory, { recursive: true, mode: 0o700 });
  const file = join(large.spoolDirectory, randomUUID());
  const handle = await open(file, 'wx', 0o600);
  return { handle, writer: large.writer(handle), file };
}

async function append({ writer }: Target, hash: ReturnType<typeof createHash>, bytes: Buffer): Promise<void> {
  hash.update(bytes);
  await writer.write(bytes);
}

/** What a process that was killed left behind. */
export async function removeOldSpools(directory: string, before: number): Promise<void> {
  const names = (await readdir(directory).catch(ignoreMissing)) ?? [];
  for (const name of names) {
    const file = join(directory, name);
    const found = await stat(file).catch(ignoreMissing);
    if (found && found.mtimeMs < before) await rm(file, { force: true });
  }
}

/** Nothing was spooled yet, or a file was moved to its place meanwhile. */
function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
