/** Where blobs that are too large for one row are kept: in files, or in rows of 1 MB. */
import type { Readable } from 'node:stream';
import type { Spooled } from './blob-store-spool';

export interface Range {
  offset: number;
  length: number;
}

export interface LargeBlobs {
  /** Where spool files are made; `keep` may rename from here. */
  readonly spoolDirectory: string;
  /** Durable when it resolves; the spool file is gone. */
  keep(blob: Spooled): Promise<void>;
  /** @throws blobNotFound */
  open(sha256: string, range: Range): Promise<Readable>;
  remove(sha256: string): Promise<void>;
}
