import type { Generated } from 'kysely';

/** Stored bytes, where the bytes of local mail are, and what is known of each POP3 maildrop. */
export interface BlobTable {
  sha256: string;
  size: number;
  /** Small blobs stand here, so that they share the commit of what refers to them; null: a file, or blob_chunk. */
  data: Buffer | null;
  /** As in pack.ts: 1 and 2 are deflated, 0 and 3 are not; `size` and `sha256` are of the bytes as they were put. */
  packed: Generated<number>;
  /** Epoch ms of the last `put` of these bytes: what nobody refers to yet is kept for a while. */
  touched_at: number;
}

/** Large blobs on Postgres. */
export interface BlobChunkTable {
  sha256: string;
  position: number;
  data: Buffer;
  /** 1: deflated. */
  packed: Generated<number>;
}

export interface LocalEmailTable {
  account_id: string;
  email_id: string;
  sha256: string;
  size: number;
  /** JSON of [path, headerStart, bodyStart, end][]. */
  spans: string;
  /** The one that it was put into first; null: before that was kept. */
  mailbox_id: string | null;
}

/** `listed`: only the headers were read, so it may never be deleted. `skipped`: the first session left it out. */
export type UidlState = 'seen' | 'skipped' | 'listed' | 'stored' | 'delete-due' | 'deleted';

export interface PopUidlTable {
  account_id: string;
  /** The server's UIDL, or what stands in for it; never a session number. */
  uidl: string;
  state: UidlState;
  /** As LIST told; another size under the same UIDL is another message. */
  size: number;
  sha256: string | null;
  /** Of the header block, of what was put into another account. */
  header_sha256: string | null;
  email_id: string | null;
  first_seen: number;
  stored_at: number | null;
  dele_sent_at: number | null;
  /** It may have been put into another account already, with the answer lost; null: not, or it is certain. */
  tried_at: number | null;
  /** 1: the server keeps it whatever we ask, or its identity is in doubt: never deleted there. */
  keep: number;
}

/** One session with a maildrop, whatever became of it. */
export interface PopSessionTable {
  account_id: string;
  started_at: number;
  ended_at: number;
  messages: number;
  bytes: number;
  deleted: number;
  /** null: it went well. */
  code: string | null;
  server_text: string | null;
  /** When it is tried again; null: when somebody asks. */
  next_at: number | null;
  /** Days after which the server deletes by itself; null: it keeps mail, or does not say. */
  expire_days: number | null;
  /** Least seconds between two sign-ins, as the server said; null: it did not. */
  login_delay: number | null;
}

/** A message that came as read and is to be marked so where its address has IMAP. */
export interface PopReadMarkTable {
  account_id: string;
  message_id: string;
  tries: number;
  /** null: given up. */
  due_at: number | null;
}

/** Which process works on a maildrop. */
export interface FeedLeaseTable {
  account_id: string;
  token: string;
  renewed_at: number;
}

/** Since when an Email is known to lie in Trash or Junk. */
export interface LocalExpiryTable {
  account_id: string;
  mailbox_id: string;
  email_id: string;
  since: number;
}

/** A whole account, or one mailbox of it again and again, copied into another account. */
export interface MoveTable {
  id: string;
  user_id: string;
  from_account: string;
  to_account: string;
  /** null: all mailboxes. */
  from_mailbox: string | null;
  /** null: each into its like, made where it is missing. */
  to_mailbox: string | null;
  /** null: once. */
  every_minutes: number | null;
  state: 'running' | 'paused' | 'done' | 'failed';
  code: string | null;
  created_at: number;
  ran_at: number | null;
}

/**
 * `tried`: perhaps it is there, the answer was not seen. `copied`: it is there. `verified`: with each of its bytes.
 * `refused`: not taken, or not the same there. `deleted`: gone from where it came from.
 */
export type MoveItemState = 'seen' | 'tried' | 'copied' | 'verified' | 'refused' | 'deleted';

export interface MoveItemTable {
  move_id: string;
  /** In the account that it comes from. */
  email_id: string;
  state: MoveItemState;
  size: number;
  sha256: string | null;
  /** In the account that it goes to. */
  new_id: string | null;
  code: string | null;
}

export interface FeedTables {
  blob: BlobTable;
  blob_chunk: BlobChunkTable;
  local_email: LocalEmailTable;
  pop_uidl: PopUidlTable;
  pop_session: PopSessionTable;
  pop_read_mark: PopReadMarkTable;
  local_expiry: LocalExpiryTable;
  feed_lease: FeedLeaseTable;
  move: MoveTable;
  move_item: MoveItemTable;
}
