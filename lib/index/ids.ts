/** Ids that anybody who sees the same message computes again (gateway.md 2.2): one letter, then 100 bits of SHA-256. */
import { hash, randomFillSync } from 'node:crypto';
import type { Id } from '@/lib/jmap/types';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const HASH_CHARACTERS = 20;
/** They hold these characters. */
const HASH_BYTES = 13;

/** `parts` are kept apart, so that ('ab', 'c') and ('a', 'bc') differ. */
export function hashId(letter: string, ...parts: (string | number)[]): Id {
  const digest = hash('sha256', parts.join('\0'), 'buffer');
  return letter + base32(digest).slice(0, HASH_CHARACTERS);
}

/** Of what is named here alone: as many bits, by chance. */
export function randomId(letter: string): Id {
  if (randomsUsed === randoms.length) {
    randomFillSync(randoms);
    randomsUsed = 0;
  }
  const bytes = randoms.subarray(randomsUsed, randomsUsed + HASH_BYTES);
  randomsUsed += HASH_BYTES;
  return letter + base32(bytes).slice(0, HASH_CHARACTERS);
}

/** Asked for one by one, they cost more than the rest of an id. */
const randoms = Buffer.alloc(256 * HASH_BYTES);
let randomsUsed = randoms.length;

/** Without OBJECTID: the path and the UIDVALIDITY at first sight; also the name and a serial of a local mailbox. */
export function mailboxIdOfPath(path: string, uidValidity: number): Id {
  return hashId('b', path, uidValidity);
}

/** RFC 8474 EMAILID. */
export function emailIdOfServer(emailId: string): Id {
  return hashId('e', emailId);
}

export function emailIdOfGmail(messageId: string): Id {
  return `g${messageId}`;
}

/** null: no id of Gmail's. */
export function gmailMessageOf(emailId: Id): string | null {
  return /^g(\d{1,20})$/.exec(emailId)?.[1] ?? null;
}

/** Dovecot's X-GUID. */
export function emailIdOfGuid(guid: string): Id {
  return hashId('d', guid);
}

export function emailIdOfLocation(mailboxId: Id, uidValidity: number, uid: number): Id {
  return hashId('m', mailboxId, uidValidity, uid);
}

/** THREADID, X-GM-THRID. */
export function threadIdOfServer(threadId: string): Id {
  return hashId('t', threadId);
}

export function blobIdOfEmail(emailId: Id): Id {
  return `r${emailId}`;
}

export function blobIdOfPart(emailId: Id, path: string): Id {
  // Dots are not legal in an Id (RFC 8620 §1.2).
  return `p${emailId}-${path.replaceAll('.', '_')}`;
}

export function blobIdOfUpload(sha256: string): Id {
  return `u${sha256}`;
}

export type BlobRef =
  | { kind: 'email'; emailId: Id }
  | { kind: 'part'; emailId: Id; path: string }
  | { kind: 'upload'; sha256: string };

/** null: no id that Gatepost gives. */
export function parseBlobId(blobId: Id): BlobRef | null {
  const part = /^p([a-z][a-z0-9]{1,60})-([0-9_]{1,60})$/.exec(blobId);
  if (part?.[1] && part[2]) return { kind: 'part', emailId: part[1], path: part[2].replaceAll('_', '.') };
  const email = /^r([a-z][a-z0-9]{1,60})$/.exec(blobId);
  if (email?.[1]) return { kind: 'email', emailId: email[1] };
  const upload = /^u([0-9a-f]{64})$/.exec(blobId);
  return upload?.[1] ? { kind: 'upload', sha256: upload[1] } : null;
}

function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes.subarray(0, HASH_BYTES)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}
