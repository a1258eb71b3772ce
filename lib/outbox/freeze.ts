/** The bytes as they will go out, fixed when queued: each try sends the same (security.md I4, S17, S18). */
import { createHash } from 'node:crypto';
import { RequestError } from '@/lib/errors';
import type { SubmissionEnvelope } from '@/lib/jmap/types';
import { stripPrivateFields } from '@/lib/mime/private-fields';
import { isResent } from '@/lib/mime/resent';
import { fitsEightBit, toSevenBit } from '@/lib/mime/seven-bit';
import type { QueueRequest } from './types';

const CR = 0x0d;
const LF = 0x0a;
const MAX_RECIPIENTS = 1000;
const MAX_ADDRESS = 320;
/** Control characters, spaces and angle brackets must not reach the wire (S16). */
const ADDRESS = /^[^\p{Cc}\s<>]+@[^\p{Cc}\s<>@]+$/u;

/** @returns `wire` goes to the server, `copy` to Sent */
export function freeze(raw: Buffer): { wire: Buffer; copy: Buffer } {
  const lines = withCrlf(raw);
  // What somebody else wrote is sent on as it came, or its signatures break.
  const copy = isResent(lines) && fitsEightBit(lines) ? lines : toSevenBit(lines);
  return { wire: stripPrivateFields(copy), copy };
}

/** A bare CR or LF is how a second message is smuggled in (S18); most messages have none. */
function withCrlf(raw: Buffer): Buffer {
  if (!hasBareLineEnd(raw)) return raw;
  return Buffer.from(raw.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n'), 'latin1');
}

function hasBareLineEnd(raw: Buffer): boolean {
  for (let lf = raw.indexOf(LF); lf >= 0; lf = raw.indexOf(LF, lf + 1)) if (raw[lf - 1] !== CR) return true;
  for (let cr = raw.indexOf(CR); cr >= 0; cr = raw.indexOf(CR, cr + 1)) if (raw[cr + 1] !== LF) return true;
  return false;
}

/** @throws invalidProperties, recipientsRefused, tooManyRecipients */
export function checkEnvelope(envelope: SubmissionEnvelope): void {
  if (envelope.rcptTo.length === 0) throw new RequestError('recipientsRefused', 'no recipients');
  if (envelope.rcptTo.length > MAX_RECIPIENTS) {
    throw new RequestError('tooManyRecipients', 'too many recipients', { params: { max: MAX_RECIPIENTS } });
  }
  // Receipts come from nobody: no bounce answers them (RFC 5321 §4.5.5).
  const senders = envelope.mailFrom.email === '' ? [] : [envelope.mailFrom];
  for (const { email } of [...senders, ...envelope.rcptTo]) {
    if (email.length > MAX_ADDRESS || !ADDRESS.test(email))
      throw new RequestError('recipientsRefused', 'malformed address', { params: { address: email } });
  }
}

/** The same Email to the same people: what a double click or a proxy's retry repeats (R29). */
export function fingerprint(request: QueueRequest): string {
  const { mailFrom, rcptTo } = request.envelope;
  const people = rcptTo.map(({ email }) => email.toLowerCase()).sort();
  return createHash('sha256')
    .update(JSON.stringify([request.accountId, request.emailId, mailFrom.email.toLowerCase(), people]))
    .digest('hex');
}
