/** A message on its way into an account: in memory, or in the blob store where it is too large for that. */
import { Readable } from 'node:stream';
import type { BlobStore } from '@/lib/db/blob-store';
import { hashOf } from '@/lib/db/blob-store-spool';
import type { Id } from '@/lib/jmap/types';
import { MAX_HEADER } from '@/lib/mime/limits';
import type { Delivered } from '@/lib/source/local/destination';
import { type ByteRange, MAX_APPENDED, MAX_HELD } from '@/lib/source/source';
import type { Account } from './account';

export type Carried = Delivered['raw'];

/** Destroys the stream when it throws. @throws tooLarge */
export async function carry(stream: AsyncIterable<Buffer>, blobs: BlobStore): Promise<Carried> {
  const chunks = stream[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let size = 0;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    held.push(next.value);
    size += next.value.length;
    if (size <= MAX_HELD) continue;
    const all = (async function* () {
      yield* held.splice(0);
      yield* { [Symbol.asyncIterator]: () => chunks };
    })();
    return blobs.put(Readable.from(all, { objectMode: false }), MAX_APPENDED);
  }
  return Buffer.concat(held);
}

export function sizeOf(message: Carried): number {
  return Buffer.isBuffer(message) ? message.length : message.size;
}

export function sha256Of(message: Carried): string {
  return Buffer.isBuffer(message) ? hashOf(message) : message.sha256;
}

/** All of it, or as much as a header takes. */
export async function headOf(message: Carried, blobs: BlobStore): Promise<Buffer> {
  if (Buffer.isBuffer(message)) return message;
  const stream = await blobs.open(message.sha256, { offset: 0, length: MAX_HEADER });
  return Buffer.concat(await stream.toArray());
}

export async function append(account: Account, blobs: BlobStore, { raw, ...rest }: Delivered): Promise<Id> {
  if (Buffer.isBuffer(raw)) return account.write((source) => source.append({ ...rest, raw }));
  const message = { ...raw, open: (range?: ByteRange) => blobs.open(raw.sha256, range) };
  // Not in the line of the account's writes: whoever marks a mail as read does not wait for an hour's upload.
  const release = account.hold();
  try {
    return await account.source.appendStored({ ...rest, message });
  } finally {
    release();
  }
}
