/**
 * What the index keeps of one account and how it is asked (design decisions 2 to 4). `AccountIndex` is the only way to
 * the index tables; the same code serves `gatepost.db` (local accounts), `index.db` (IMAP) and Postgres.
 */

import type { Transaction } from 'kysely';
import type { IndexTables } from '@/lib/db/tables/index';
import type {
  Comparator,
  EmailAddress,
  EmailFilterCondition,
  Filter,
  Id,
  MailboxRights,
  MailboxRole,
  State,
  TypeName,
} from '@/lib/jmap/types';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import type { TextSearch } from '@/lib/source/source';

/** What an IMAP mailbox is on the wire; null for local accounts. Opaque above lib/source. */
export interface MailboxWire {
  path: string;
  delimiter: string;
  uidValidity: number;
  uidNext: number;
  /** Decimal string of a 63 bit number; null without CONDSTORE. */
  highestModseq: string | null;
  /** Every UID >= this is in the index; 1 = complete; null = nothing read yet. */
  filledDownTo: number | null;
  selectable: boolean;
}

export interface MailboxRow {
  id: Id;
  name: string;
  parentId: Id | null;
  role: MailboxRole | null;
  sortOrder: number;
  isSubscribed: boolean;
  rights: MailboxRights;
  totalEmails: number;
  unreadEmails: number;
  totalThreads: number;
  unreadThreads: number;
  wire: MailboxWire | null;
}

/** What a source tells of a mailbox. The counts are used only until the index holds the whole mailbox; then it counts itself. */
export interface MailboxInput
  extends Omit<MailboxRow, 'totalEmails' | 'unreadEmails' | 'totalThreads' | 'unreadThreads'> {
  serverTotal: number | null;
  serverUnread: number | null;
}

export interface EmailRow {
  id: Id;
  threadId: Id;
  /** Epoch milliseconds. */
  receivedAt: number;
  size: number;
  mailboxIds: Id[];
  /** Union over the locations, `$seen` the intersection (gateway.md 2.2). */
  keywords: string[];
  headers: EmailHeaders | null;
  structure: MimePart | null;
  /** Also where the structure was not asked for. */
  hasStructure: boolean;
  hasAttachment: boolean;
  /** null = not read yet. */
  preview: string | null;
}

/** Where one copy of an Email is. For local accounts `uidValidity` is 1 and `uid` counts up in each mailbox. */
export interface Location {
  emailId: Id;
  mailboxId: Id;
  uidValidity: number;
  uid: number;
}

export interface NewLocation {
  mailboxId: Id;
  uidValidity: number;
  /** null: the index gives the next one (local accounts). */
  uid: number | null;
  keywords: string[];
  /** Flagged \Deleted by somebody: in the index, in no answer (RFC 8621 §4.1.1). */
  hidden: boolean;
  modseq: string | null;
}

/** Of a body, for search: plain text of at most 64 KB, or its words (lib/mime/search-words.ts) parted by spaces where they were taken before. */
export type SearchText = string | { words: string };

/** A message seen for the first time in this location. A known id gains the location (never merge on a guess, gateway.md 2.2). */
export interface NewEmail {
  id: Id;
  receivedAt: number;
  size: number;
  headers: EmailHeaders | null;
  structure: MimePart | null;
  preview: string | null;
  /** null if not read. */
  text: SearchText | null;
  /** Server's thread (THREADID, X-GM-THRID); null: computed from the headers (gateway.md 2.2). */
  threadId: Id | null;
  location: NewLocation;
}

/** Filter conditions that the index answers by itself, plus sets of ids that a text search found. */
export type IndexFilter = Filter<EmailFilterCondition | { ids: Id[] }>;

export interface EmailQuery {
  filter: IndexFilter | null;
  sort: Comparator[];
  collapseThreads: boolean;
  position: number;
  anchor: Id | null;
  anchorOffset: number;
  limit: number;
}

export interface EmailQueryResult {
  ids: Id[];
  position: number;
  total: number;
  queryState: State;
  canCalculateChanges: boolean;
}

export interface Changes {
  oldState: State;
  newState: State;
  hasMoreChanges: boolean;
  created: Id[];
  updated: Id[];
  destroyed: Id[];
  /** Mailbox only: set if nothing but counts changed (RFC 8621 §2.2). */
  updatedProperties?: string[] | null;
}

export interface QueryChanges {
  oldQueryState: State;
  newQueryState: State;
  total: number;
  removed: Id[];
  added: { id: Id; index: number }[];
}

export interface AccountIndex {
  readonly accountId: Id;
  /** `epoch.counter`, one counter for all types of the account (gateway.md 2.3). */
  state(): Promise<State>;

  mailboxes(): Promise<MailboxRow[]>;
  mailbox(id: Id): Promise<MailboxRow | null>;
  emails(ids: Id[], options?: { withoutStructure?: boolean }): Promise<EmailRow[]>;
  /** In the order of `receivedAt`, oldest first (RFC 8621 §3); unknown ids are left out. */
  threads(ids: Id[]): Promise<{ id: Id; emailIds: Id[] }[]>;
  locations(emailIds: Id[]): Promise<Location[]>;
  /** All locations of a mailbox in [fromUid, toUid], with what a sync compares. Ascending by uid. */
  mailboxLocations(
    mailboxId: Id,
    fromUid: number,
    toUid: number,
  ): Promise<{ uid: number; emailId: Id; keywords: string[]; hidden: boolean }[]>;
  /** Of a mailbox: hidden ones and copies of one Email, too. */
  countLocations(mailboxId: Id): Promise<number>;
  /** Those of these UIDs of a mailbox that the index does not hold. */
  unknownUids(mailboxId: Id, uids: number[]): Promise<number[]>;

  /** @throws unsupportedFilter, unsupportedSort, anchorNotFound */
  query(query: EmailQuery): Promise<EmailQueryResult>;
  /** @throws cannotCalculateChanges */
  queryChanges(
    query: EmailQuery,
    sinceQueryState: State,
    maxChanges: number | null,
    upToId: Id | null,
  ): Promise<QueryChanges>;
  /** Oldest first, cut at `max`. @throws cannotCalculateChanges */
  changes(type: 'Mailbox' | 'Email' | 'Thread', sinceState: State, max: number): Promise<Changes>;
  /** Full text over subject, addresses, preview and the bodies seen; newest first, at most `limit`. */
  search(query: TextSearch, mailboxIds: Id[] | null, limit: number): Promise<Id[]>;
  /** Addresses of mail seen that start with `prefix` (in name or address), those written to first. */
  suggest(prefix: string, limit: number): Promise<EmailAddress[]>;

  /** One transaction. Each changed object takes its own counter value; `onChange` fires once, after the commit. */
  write<T>(work: (writer: IndexWriter) => Promise<T>): Promise<T>;
  /** What nobody waits for: the writes of others come between. Not to be nested. */
  writeBehind<T>(work: (writer: IndexWriter) => Promise<T>): Promise<T>;
  onChange(listener: (types: TypeName[], state: State) => void): () => void;
  /** Forgets all of the account (removed, or the cache is to be built anew: a new epoch). */
  drop(): Promise<void>;
}

/** Flags of one location as the server reports them. */
export interface FlagsRead {
  uid: number;
  keywords: string[];
  hidden: boolean;
  modseq: string | null;
}

/** What we did to them: others may have changed more, and that may be known by now. */
export interface FlagsChanged {
  uid: number;
  /** Under another one the UID is that of another message. */
  uidValidity: number;
  add: string[];
  remove: string[];
  hide: boolean;
}

export interface IndexWriter {
  /** The transaction of this write: a local source commits its blobs and the POP3 ledger in it, with the index. */
  readonly transaction: Transaction<IndexTables>;
  /** Creates or updates; counts as a change only if a JMAP property differs. */
  putMailbox(mailbox: MailboxInput): Promise<void>;
  /** Only the wire columns, no change of state. */
  setWire(mailboxId: Id, wire: Partial<MailboxWire>): Promise<void>;
  setSortOrder(mailboxId: Id, sortOrder: number): Promise<void>;
  /** With its locations; emails that are nowhere else are destroyed. */
  removeMailbox(id: Id): Promise<void>;
  addEmails(emails: NewEmail[]): Promise<void>;
  /** Places and counts of Emails whose rows were lost: before they are added anew. */
  dropLost(): Promise<void>;
  /** Nothing where it is known to be: what was read of it stays. */
  addLocation(emailId: Id, location: NewLocation): Promise<void>;
  /** The recipients of what was sent just now are proposed from now on. */
  writtenTo(headers: EmailHeaders, at: number): Promise<void>;
  /** Emails that lose their last location are destroyed. @param uidValidity what lies under another one stays */
  removeLocations(mailboxId: Id, uids: number[], uidValidity?: number): Promise<void>;
  setLocationKeywords(mailboxId: Id, changes: FlagsRead[]): Promise<void>;
  changeLocationKeywords(mailboxId: Id, changes: FlagsChanged[]): Promise<void>;
  /** Immutable columns that were not read before: no change of state. */
  setDetails(
    emailId: Id,
    details: {
      headers?: EmailHeaders;
      structure?: MimePart;
      preview?: string;
      text?: SearchText;
      size?: number;
    },
  ): Promise<void>;
  /** The message now has this id (recognised after a move, gateway.md 2.2): told as destroyed + created unless it is an alias. */
  changed(type: 'Identity' | 'EmailSubmission' | 'EmailDelivery'): Promise<void>;
}
