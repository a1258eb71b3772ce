/**
 * A node stream as a response body, read only as fast as the client takes it. Not Readable.toWeb: that throws an uncaught
 * exception when the client goes away.
 */
import type { Readable } from 'node:stream';

export function pullStream(source: Readable): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
