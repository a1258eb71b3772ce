/** Stored bytes, where the bytes of local mail are, and what is known of each POP3 maildrop. */
export interface BlobTable {
  sha256: string;
  size: number;
  /** Small blobs stand here, so that they share the commit of what refers to them; null: a file, or blob_chunk. */
  data: Buffer | null;
  /** Epoch ms of the last `put` of these bytes: what nobody refers to yet is kept for a while. */
  touched_at: number;
}

/** Large blobs on Postgres. */
export interface BlobChunkTable {
  sha256: string;
  position: number;
  data: Buffer;
}

export interface LocalEmailTable {
  account_id: string;
  email_id: string;
  sha256: string;
  size: number;
  /** JSON of [path, headerStart, bodyStart, end][]. */
  spans: string;
}

/** `listed`: only the headers were read, so it may never be deleted (gateway.md 3). */
export type UidlState = 'seen' | 'listed' | 'stored' | 'delete-due' | 'deleted';

export interface PopUidlTable {
  account_id: string;
  /** The server's UIDL, or what stands in for it; never a session number. */
  uidl: string;
  state: UidlState;
  /** As LIST told; another size under the same UIDL is another message. */
  size: number;
  sha256: string | null;
  email_id: string | null;
  first_seen: number;
  stored_at: number | null;
  dele_sent_at: number | null;
  /** 1: the server keeps it whatever we ask, or its identity is in doubt: never deleted there. */
  keep: number;
}

export interface FeedTables {
  blob: BlobTable;
  blob_chunk: BlobChunkTable;
  local_email: LocalEmailTable;
  pop_uidl: PopUidlTable;
}
