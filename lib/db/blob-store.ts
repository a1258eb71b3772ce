/** Bytes that must last: local mail, uploads, frozen submissions. Named by their SHA-256, stored once. */
import type { Readable } from 'node:stream';

export interface StoredBlob {
  /** Lower-case hex. */
  sha256: string;
  size: number;
}

export interface BlobStore {
  /** Durable when it resolves. @throws tooLarge when more than `limit` bytes arrive, storageFull */
  put(data: Buffer | Readable, limit: number): Promise<StoredBlob>;
  /** @throws blobNotFound */
  open(sha256: string, range?: { offset: number; length: number }): Promise<Readable>;
  /** @throws blobNotFound */
  read(sha256: string): Promise<Buffer>;
  size(sha256: string): Promise<number | null>;
  remove(sha256: string): Promise<void>;
}
