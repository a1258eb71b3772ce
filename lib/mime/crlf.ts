/** Files of mail often end their lines in LF alone; mail ends them in CRLF (RFC 5322 §2.1). */
const CR = 0x0d;
const LF = 0x0a;

export function withCrlf(raw: Buffer): Buffer {
  const bare = bareFeeds(raw);
  if (bare === 0) return raw;
  const fixed = Buffer.allocUnsafe(raw.length + bare);
  let to = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] ?? 0;
    if (byte === LF && raw[at - 1] !== CR) fixed[to++] = CR;
    fixed[to++] = byte;
  }
  return fixed;
}

function bareFeeds(raw: Buffer): number {
  let count = 0;
  for (let at = raw.indexOf(LF); at >= 0; at = raw.indexOf(LF, at + 1)) if (raw[at - 1] !== CR) count += 1;
  return count;
}
