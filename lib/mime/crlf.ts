/** Files of mail often end their lines in LF alone; mail ends them in CRLF (RFC 5322 §2.1). */
const CR = 0x0d;
const LF = 0x0a;

/** @param before the byte in front of these */
export function withCrlf(raw: Buffer, before = 0): Buffer {
  const bare = bareFeeds(raw, before);
  if (bare === 0) return raw;
  const fixed = Buffer.allocUnsafe(raw.length + bare);
  let to = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] ?? 0;
    if (byte === LF && (raw[at - 1] ?? before) !== CR) fixed[to++] = CR;
    fixed[to++] = byte;
  }
  return fixed;
}

/** As they come, wherever they are cut. */
export async function* crlfOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let last = 0;
  for await (const chunk of chunks) {
    yield withCrlf(chunk, last);
    last = chunk.at(-1) ?? last;
  }
}

function bareFeeds(raw: Buffer, before: number): number {
  let count = 0;
  for (let at = raw.indexOf(LF); at >= 0; at = raw.indexOf(LF, at + 1))
    if ((raw[at - 1] ?? before) !== CR) count += 1;
  return count;
}
