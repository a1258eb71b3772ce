/**
 * Tables of the index (lib/index). Rows name each other by integer keys, which never leave lib/index; `account` is the
 * key of `index_account`. Columns ending in `_at` beside times are counters: see gateway.md 2.3.
 */
import type { Generated } from 'kysely';

export interface IndexAccountTable {
  key: Generated<number>;
  id: string;
  epoch: string;
  counter: number;
  /** Counts changes of sort and filter columns that take no counter value, because a detail was read late. */
  details: number;
  /** Tombstones up to this counter are gone: older states cannot be followed. */
  forgotten: number;
}

interface Versioned {
  /** null: not visible (every location is hidden). */
  created_at: number | null;
  /** null: never changed. */
  updated_at: number | null;
}

export interface MailboxTable extends Versioned {
  key: Generated<number>;
  account: number;
  id: string;
  name: string;
  parent_id: string | null;
  role: string | null;
  sort_order: number;
  is_subscribed: number;
  /** JSON of MailboxRights. */
  rights: string;
  /** What the server said; counts until the index holds the whole mailbox. */
  server_total: number | null;
  server_unread: number | null;
  /** What the index holds. */
  total_emails: number;
  unread_emails: number;
  total_threads: number;
  unread_threads: number;
  /** The next uid of a local mailbox. */
  next_uid: number;
  /** null: local; the wire columns mean nothing then. */
  path: string | null;
  delimiter: string | null;
  uid_validity: number | null;
  uid_next: number | null;
  highest_modseq: string | null;
  filled_down_to: number | null;
  selectable: number | null;
  /** Counter of the last change of something else than the counts. */
  properties_at: number;
}

export interface EmailTable extends Versioned {
  key: Generated<number>;
  account: number;
  id: string;
  thread: number;
  received_at: number;
  size: number;
  /** Epoch ms of the Date header. */
  sent_at: number | null;
  /** Sort keys, folded. */
  subject_key: string;
  from_key: string;
  to_key: string;
  has_attachment: number;
  /** Well-known keywords as bits, the rest in `keywords` as ` a b ` (lib/index/keywords.ts). */
  flags: number;
  keywords: string;
}

export interface EmailDetailTable {
  email: number;
  /** JSON of EmailHeaders, of MimePart. */
  headers: string | null;
  structure: string | null;
  preview: string | null;
  /** 1: the text of the body is in the full text, not only the preview. */
  has_text: number;
}

/** Where a copy is on the server, with its own flags: the facts. Email and membership are derived from them. */
export interface LocationTable {
  mailbox: number;
  uid: number;
  uid_validity: number;
  email: number;
  flags: number;
  keywords: string;
  hidden: number;
  modseq: string | null;
}

/** A visible Email in a mailbox, with what a list sorts and filters by in one index. */
export interface MembershipTable {
  email: number;
  mailbox: number;
  thread: number;
  received_at: number;
  flags: number;
}

/** A Thread in a mailbox: its counts, and its newest Email there, by which collapsed lists are sorted. */
export interface MailboxThreadTable {
  mailbox: number;
  thread: number;
  emails: number;
  unread: number;
  newest_at: number;
  newest_email: number;
}

export interface ThreadTable extends Versioned {
  key: Generated<number>;
  account: number;
  id: string;
}

export interface TombstoneTable {
  account: number;
  type: string;
  id: string;
  /** Of an Email. */
  thread: number | null;
  created_at: number;
  destroyed_at: number;
  /** Epoch ms. */
  time: number;
}

/** Addresses of mail seen, for completion. */
export interface AddressTable {
  account: number;
  /** Lower case. */
  email_key: string;
  /** ` anna karenina`: each word is found behind a space. */
  name_key: string;
  name: string | null;
  email: string;
  /** How often written to, how often seen. */
  written: number;
  seen: number;
  last_at: number;
}

export interface IndexTables {
  index_account: IndexAccountTable;
  mailbox: MailboxTable;
  email: EmailTable;
  email_detail: EmailDetailTable;
  location: LocationTable;
  membership: MembershipTable;
  mailbox_thread: MailboxThreadTable;
  thread: ThreadTable;
  tombstone: TombstoneTable;
  address: AddressTable;
}
