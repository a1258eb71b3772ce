/** A stream as one Buffer, when it is known that it should be small. */
import type { Readable } from 'node:stream';
import { RequestError } from '@/lib/errors';

/** @throws tooLarge, and reads no further */
export async function readAtMost(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop destroys the stream.
    if (size > limit) throw tooLarge(limit);
  }
  return Buffer.concat(chunks);
}

export function tooLarge(limit: number): RequestError {
  return new RequestError('tooLarge', 'The blob is too large for this', { params: { maxSize: limit } });
}
