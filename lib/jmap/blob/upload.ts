/** Blobs made of pieces: texts, bytes, and ranges of other blobs (RFC 9404 §4.1). Nothing is held in memory but what the request brought. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { uploadBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { sizedBlob } from '@/lib/account/sized-blob';
import type { Context } from '@/lib/jmap/context';
import { MAX_DATA_SOURCES } from '@/lib/jmap/limits';
import { invalidProperties, isMissing, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import type { Id } from '@/lib/jmap/types';

const base64 = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'not base64');
const source = z.union([
  z.strictObject({ 'data:asText': z.string() }),
  z.strictObject({ 'data:asBase64': base64 }),
  z.strictObject({
    blobId: schema.id,
    offset: schema.unsigned.nullable().default(0),
    length: schema.unsigned.nullable().default(null),
  }),
]);
type Source = z.infer<typeof source>;

export const uploadShape = z.strictObject({
  data: z.array(source).max(MAX_DATA_SOURCES),
  type: z.string().max(255).nullable().default(null),
});

/** @throws SetRefusal blobNotFound, invalidProperties; tooLarge, overQuota */
export async function uploadSources(
  account: Account,
  sources: Source[],
  context: Context,
): Promise<{ id: Id; size: number }> {
  const { uploads, config } = context.runtime;
  const stream = Readable.from(pieces(account, sources, context), { objectMode: false });
  const { sha256, size } = await uploads.add(account.id, stream, config.maxUpload);
  return { id: uploadBlobId(sha256), size };
}

async function* pieces(account: Account, sources: Source[], context: Context): AsyncGenerator<Buffer> {
  for (const each of sources) {
    if ('data:asText' in each) yield Buffer.from(each['data:asText']);
    else if ('data:asBase64' in each) yield Buffer.from(each['data:asBase64'], 'base64');
    else yield* rangeOf(account, each, context);
  }
}

async function* rangeOf(
  account: Account,
  { blobId, offset, length }: Extract<Source, { blobId: string }>,
  context: Context,
): AsyncGenerator<Buffer> {
  const { uploads, blobCache } = context.runtime;
  const id = context.resolve(blobId);
  const from = offset ?? 0;
  try {
    const blob = await sizedBlob(new Blobs(account, uploads), blobCache, id);
    if (!blob) throw refuse('tooLarge', 'The blob is too large to be read in pieces');
    const wanted = length ?? blob.size - from;
    if (from > blob.size || from + wanted > blob.size)
      throw invalidProperties(['data'], `The range is not within the ${blob.size} bytes of ${id}`);
    if (wanted > 0) yield* await blob.open({ offset: from, length: wanted });
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw refuse('blobNotFound', 'There is no such blob', { notFound: [id] });
  }
}
