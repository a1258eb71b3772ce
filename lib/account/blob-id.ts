/**
 * Blob ids say where the bytes are (gateway.md 2.2): `r`+emailId is the whole message, `p`+emailId+`-`+path one part of it,
 * `u`+sha256 an upload, `s`+path+`-`+blobId a part of a message that is itself a blob (Email/parse), `f`+number+`-`+blobId a file
 * inside of a part (winmail.dat, uuencode). Dots of a path are
 * not legal in an Id: `_` stands for them.
 */
import type { Id } from '@/lib/jmap/types';

export type BlobRef =
  | { kind: 'raw'; emailId: Id }
  | { kind: 'part'; emailId: Id; path: string }
  | { kind: 'upload'; sha256: string }
  | { kind: 'inner'; path: string; of: BlobRef }
  | { kind: 'file'; number: number; of: BlobRef };

/** Messages in messages that are followed: each level is read whole. */
const MAX_NESTING = 4;

export const rawBlobId = (emailId: Id): Id => `r${emailId}`;
export const partBlobId = (emailId: Id, path: string): Id => `p${emailId}-${path.replaceAll('.', '_')}`;
export const uploadBlobId = (sha256: string): Id => `u${sha256}`;
export const fileBlobId = (of: Id, number: number): Id => `f${number}-${of}`;
export const innerBlobId = (of: Id, path: string): Id => `s${path.replaceAll('.', '_')}-${of}`;

/** @returns null for what is no blob id */
export function parseBlobId(id: Id, nesting = 0): BlobRef | null {
  if (id.length > 255) return null;
  const [, kind, rest] = /^([rpusf])([A-Za-z0-9_-]+)$/.exec(id) ?? [];
  if (rest === undefined) return null;
  if (kind === 'r') return { kind: 'raw', emailId: rest };
  if (kind === 'u') return /^[0-9a-f]{64}$/.test(rest) ? { kind: 'upload', sha256: rest } : null;
  if (kind === 'f') return parseFile(rest, nesting);
  return kind === 'p' ? parsePart(rest) : parseInner(rest, nesting);
}

function parsePart(text: string): BlobRef | null {
  const [, emailId, path] = /^([A-Za-z0-9_-]+)-(\d+(?:_\d+)*)$/.exec(text) ?? [];
  if (emailId === undefined || path === undefined) return null;
  return { kind: 'part', emailId, path: path.replaceAll('_', '.') };
}

function parseInner(text: string, nesting: number): BlobRef | null {
  const [, path, of] = /^(\d+(?:_\d+)*)-([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  if (path === undefined || of === undefined || nesting >= MAX_NESTING) return null;
  const outer = parseBlobId(of, nesting + 1);
  return outer && { kind: 'inner', path: path.replaceAll('_', '.'), of: outer };
}

function parseFile(text: string, nesting: number): BlobRef | null {
  const [, number, of] = /^(\d{1,3})-([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  if (number === undefined || of === undefined || nesting >= MAX_NESTING) return null;
  const outer = parseBlobId(of, nesting + 1);
  return outer && { kind: 'file', number: Number(number), of: outer };
}
