/** Removes from what goes over the wire what is between a writer and their own drafts (security.md S17, gateway.md pitfall 16). */
const LF = 0x0a;
const CR = 0x0d;

/**
 * The blind copies (`Resent-Bcc` of RFC 5322 §3.6.6 hides people too), and what mail programs note in a draft for themselves:
 * which account and folder it belongs to, what it is an answer to there; ours, how it is to be sent (`X-Gatepost-Send`).
 */
const PRIVATE =
  /^(?:(?:resent-)?bcc|(?:x-)?fcc|x-draft-key|x-identity-key|x-account-key|x-(?:gatepost|mozilla|evolution|kmail|apple-mail)-[!-9;-~]*)[ \t]*:/i;

/** Every such field of the top header block, in any case, folded, with blanks before the colon; the body is untouched. @returns `raw` itself when there is none */
export function stripPrivateFields(raw: Buffer): Buffer {
  const kept: Buffer[] = [];
  let dropping = false;
  let dropped = false;
  let at = 0;
  while (at < raw.length) {
    const lf = raw.indexOf(LF, at);
    const next = lf < 0 ? raw.length : lf + 1;
    if (isEmptyLine(raw, at)) break;
    const isContinuation = raw[at] === 0x20 || raw[at] === 0x09;
    if (!isContinuation) dropping = isPrivate(raw, at, next);
    if (!dropping) kept.push(raw.subarray(at, next));
    dropped ||= dropping;
    at = next;
  }
  if (!dropped) return raw;
  kept.push(raw.subarray(at));
  return Buffer.concat(kept);
}

function isEmptyLine(raw: Buffer, at: number): boolean {
  return raw[at] === LF || (raw[at] === CR && raw[at + 1] === LF);
}

function isPrivate(raw: Buffer, at: number, next: number): boolean {
  return PRIVATE.test(raw.toString('latin1', at, Math.min(next, at + 200)));
}
