/** A range out of a stream that can only be read from its beginning. */
import { Readable } from 'node:stream';
import type { ByteRange } from '@/lib/source/source';

/** Reads no further than the range; destroying it destroys `source`. */
export function sliceOf(source: Readable, { offset, length }: ByteRange): Readable {
  return Readable.from(slices(source, offset, length), { objectMode: false });
}

async function* slices(source: Readable, offset: number, length: number): AsyncGenerator<Buffer> {
  let at = 0;
  const end = offset + length;
  if (length <= 0) {
    source.destroy();
    return;
  }
  // Leaving the loop destroys the source.
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const from = Math.max(0, offset - at);
    if (from < chunk.length) yield chunk.subarray(from, Math.min(chunk.length, end - at));
    at += chunk.length;
    if (at >= end) return;
  }
}
