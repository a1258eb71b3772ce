/** Removes the blind copies from what goes over the wire (security.md S17, gateway.md pitfall 16). */
const LF = 0x0a;
const CR = 0x0d;

/** Every Bcc field of the top header block, in any case, folded, with blanks before the colon; the body is untouched. */
export function stripBcc(raw: Buffer): Buffer {
  const kept: Buffer[] = [];
  let dropping = false;
  let at = 0;
  while (at < raw.length) {
    const lf = raw.indexOf(LF, at);
    const next = lf < 0 ? raw.length : lf + 1;
    if (isEmptyLine(raw, at)) break;
    const isContinuation = raw[at] === 0x20 || raw[at] === 0x09;
    if (!isContinuation) dropping = isBcc(raw, at, next);
    if (!dropping) kept.push(raw.subarray(at, next));
    at = next;
  }
  kept.push(raw.subarray(at));
  return Buffer.concat(kept);
}

function isEmptyLine(raw: Buffer, at: number): boolean {
  return raw[at] === LF || (raw[at] === CR && raw[at + 1] === LF);
}

/** `Resent-Bcc` (RFC 5322 §3.6.6) hides people too. */
function isBcc(raw: Buffer, at: number, next: number): boolean {
  return /^(resent-)?bcc[ \t]*:/i.test(raw.toString('latin1', at, Math.min(next, at + 200)));
}
