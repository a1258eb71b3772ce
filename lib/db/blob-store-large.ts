/** Where blobs that are too large for one row are kept: in files, or in rows of 1 MB. */
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { StoredBlob } from './blob-store';

export interface Range {
  offset: number;
  length: number;
}

export interface Spooled extends StoredBlob {
  /** As `writer` wrote it; the caller moves or removes it. */
  file: string;
}

/** Writes a spool file. */
export interface BlobWriter {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

/** A file that cannot be what was written. */
export class DamagedBlob extends Error {}

export interface LargeBlobs {
  /** Where spool files are made; `keep` may rename from here. */
  readonly spoolDirectory: string;
  /** In the form in which `keep` wants them. */
  writer(handle: FileHandle): BlobWriter;
  /** Durable when it resolves; the spool file is gone. */
  keep(blob: Spooled): Promise<void>;
  /** @throws blobNotFound */
  open(sha256: string, range: Range): Promise<Readable>;
  remove(sha256: string): Promise<void>;
}
