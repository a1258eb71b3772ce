/** A range of a blob as text, base64 or digest (RFC 9404 §4.2). */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Account } from '@/lib/account/account';
import { Blobs } from '@/lib/account/blobs';
import { readAtMost } from '@/lib/account/read-at-most';
import { sizedBlob } from '@/lib/account/sized-blob';
import type { Context } from '@/lib/jmap/context';
import { MethodError } from '@/lib/jmap/method-error';
import type { Id, JsonObject } from '@/lib/jmap/types';
import type { ByteRange } from '@/lib/source/source';
import { DIGESTS } from './digests';

interface Wanted {
  properties: ReadonlySet<string>;
  offset: number | null;
  length: number | null;
}

/** @throws blobNotFound, notFound; requestTooLarge for more than one answer holds */
export async function readBlob(
  account: Account,
  id: Id,
  wanted: Wanted,
  context: Context,
): Promise<JsonObject> {
  const { uploads, blobCache } = context.runtime;
  const blob = await sizedBlob(new Blobs(account, uploads), blobCache, id);
  if (!blob) throw new MethodError('requestTooLarge', 'The blob is too large to be read in pieces');
  const { range, isTruncated } = rangeIn(blob.size, wanted);
  const { properties } = wanted;
  const names = [...properties];
  const needsData = names.some((name) => name.startsWith('data'));
  if (needsData && context.bodies.take(range.length) < range.length)
    throw new MethodError('requestTooLarge', 'More data than one answer holds');
  const open = async () => (range.length > 0 ? blob.open(range) : null);
  const data = needsData ? await bytesOf(await open(), range.length) : null;
  const shown: JsonObject = { id, ...(data ? shownData(data, properties) : {}) };
  for (const name of names.filter((each) => each.startsWith('digest:'))) {
    const hash = createHash(DIGESTS[name.slice('digest:'.length)] ?? '');
    for await (const chunk of data ? [data] : ((await open()) ?? [])) hash.update(chunk as Buffer);
    shown[name] = hash.digest('base64');
  }
  if (properties.has('size')) shown.size = blob.size;
  if (isTruncated) shown.isTruncated = true;
  return shown;
}

/** What of it there is; `isTruncated` when that is less than was asked for. */
function rangeIn(size: number, { offset, length }: Wanted): { range: ByteRange; isTruncated: boolean } {
  const from = Math.min(offset ?? 0, size);
  const asked = length ?? size - from;
  const there = Math.min(asked, size - from);
  return { range: { offset: from, length: there }, isTruncated: there < asked || (offset ?? 0) > size };
}

async function bytesOf(stream: Readable | null, limit: number): Promise<Buffer> {
  return stream ? readAtMost(stream, limit) : Buffer.alloc(0);
}

function shownData(data: Buffer, properties: ReadonlySet<string>): JsonObject {
  const text = asText(data);
  const shown: JsonObject = {};
  if (properties.has('data:asBase64') || (properties.has('data') && text === null))
    shown['data:asBase64'] = data.toString('base64');
  if (properties.has('data:asText') || (properties.has('data') && text !== null)) shown['data:asText'] = text;
  if (text === null && (properties.has('data:asText') || properties.has('data')))
    shown.isEncodingProblem = true;
  return shown;
}

/** null: these are no characters. */
function asText(data: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
