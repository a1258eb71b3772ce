/**
 * A source is the part of an account that knows where the mail really is (design decision 2). It writes what it learns
 * into the account's index and carries out what was asked; it never answers a query. Two implementations: `imap/` (the
 * server is the truth, the index a cache) and `local/` (index and blob store are the truth; POP3 feeds and the demo use it).
 * Both pass test/contract/source.ts.
 */
import type { Readable } from 'node:stream';
import type { StoredBlob } from '@/lib/db/blob-store';
import type { MailError } from '@/lib/errors';
import type { Id, MailboxRole, UTCDate } from '@/lib/jmap/types';

export type Detail = 'headers' | 'structure' | 'preview';

export interface SourceStatus {
  connection: 'ready' | 'connecting' | 'offline' | 'needsPassword';
  since: number | null;
  error: MailError | null;
}

/** Epoch ms; commands without what was read, written or searched for, newest last. */
export interface SourceDiagnostics {
  /** How changes by others are noticed; null while nobody looks. */
  watching: 'notify' | 'idle' | 'poll' | null;
  connections: { number: number; use: string; since: number }[];
  slow: CommandNote[];
  log: CommandNote[];
}

interface CommandNote {
  at: number;
  connection: number;
  command: string;
  ms: number;
  result: string | null;
}

export interface MailboxCreate {
  name: string;
  parentId: Id | null;
  role: MailboxRole | null;
  isSubscribed: boolean;
}

export interface MailboxPatch {
  name?: string;
  parentId?: Id | null;
  isSubscribed?: boolean;
}

/** Differences only: foreign changes to other keywords and mailboxes are never undone (gateway.md 2.9). */
export interface EmailPatch {
  id: Id;
  addKeywords: string[];
  removeKeywords: string[];
  addMailboxes: Id[];
  removeMailboxes: Id[];
}

export interface EmailAppend {
  /** The whole message, CRLF line ends. */
  raw: Buffer;
  mailboxIds: Id[];
  keywords: string[];
  receivedAt: number;
}

/** Larger messages are not held in memory: more than the largest upload at the default size. */
export const MAX_HELD = 64 * 1024 ** 2;

/** Of one message, in bytes: the length of a literal has 32 bits (RFC 3501 §9), and servers that count them with a sign. */
export const MAX_APPENDED = 2_000_000_000;

/** One too large for memory. */
export interface StoredAppend extends Omit<EmailAppend, 'raw'> {
  message: StoredMessage;
}

/** In the blob store, where a source that keeps mail leaves it. CRLF line ends. */
export interface StoredMessage extends StoredBlob {
  open(range?: ByteRange): Promise<Readable>;
}

/** Words that the index cannot answer; already AND-ed. */
export interface TextSearch {
  text?: string;
  from?: string;
  to?: string;
  cc?: string;
  bcc?: string;
  subject?: string;
  body?: string;
  header?: [string] | [string, string];
}

/** Epoch ms by `receivedAt`, to the day; a source may search more than that. */
export interface SearchSpan {
  since: number | null;
  before: number | null;
  /** Aborted when nobody waits for the answer any more. */
  left?: AbortSignal;
}

export interface SearchResult {
  emailIds: Id[];
  /** True when the server could not search for all that was asked (gateway.md pitfall 8). */
  partial: boolean;
}

/** A limit that the mail server sets (RFC 9425 §4). */
export interface SourceQuota {
  name: string;
  resourceType: 'octets' | 'count';
  used: number;
  hardLimit: number;
}

export interface StoredMail {
  /** Of this account. */
  messages: number;
  bytes: number;
  /** Bytes of all local accounts of its user, and how many there may be; null: no limit. */
  used: number;
  limit: number | null;
}

export interface ByteRange {
  offset: number;
  length: number;
}

export interface Together {
  header: Buffer | null;
  /** By path. */
  parts: Map<string, Buffer>;
}

export interface Source {
  readonly kind: 'imap' | 'local';
  status(): SourceStatus;

  /** Mailbox list and counts into the index. A failed LIST leaves the index as it is and throws. */
  refreshMailboxes(): Promise<void>;
  /**
   * News of one mailbox into the index. On a mailbox never seen it returns once the newest `window` emails are there,
   * with headers and structure; the rest follows behind, newest first, resumable.
   */
  refreshMailbox(mailboxId: Id, window: number): Promise<void>;
  /** Of a mailbox of which only the mail of some days is read ahead: older mail, for who has read to the end. Absent where all is there. */
  readOlder?(mailboxId: Id, count: number): Promise<void>;
  /**
   * Fills the missing details of these emails in one round trip per mailbox. Emails that are gone are skipped. @returns previews that
   * may not be in the index yet: no answer waits for their words to be indexed.
   */
  fill(emailIds: Id[], detail: Detail[]): Promise<ReadonlyMap<Id, string>>;

  /** The header block, at most 256 KB (security.md S28). @throws notFound */
  readHeader(emailId: Id): Promise<Buffer>;
  /** The bytes of one part, still transfer-encoded, or at `mimeSection` its header block; `length` bounds what is fetched. @throws notFound */
  readPart(emailId: Id, path: string, range?: ByteRange): Promise<Readable>;
  /**
   * The beginnings of several parts, and the header block, in one exchange with the server. Absent where reading is none;
   * what the server does not give that way is missing in the answer. @throws notFound
   */
  readTogether?(emailId: Id, parts: { path: string; length: number }[], header: boolean): Promise<Together>;
  /** The whole message, or a range of it, streamed. Destroying the stream releases its connection. @throws notFound */
  readRaw(emailId: Id, range?: ByteRange): Promise<Readable>;

  createMailbox(mailbox: MailboxCreate): Promise<Id>;
  updateMailbox(id: Id, patch: MailboxPatch): Promise<void>;
  /** Emails only in this mailbox are destroyed with it. Children and content were checked by the caller. */
  destroyMailbox(id: Id): Promise<void>;

  /** Each result stands for one patch; the index holds the new state before this resolves. */
  updateEmails(patches: EmailPatch[]): Promise<Map<Id, MailError | null>>;
  destroyEmails(ids: Id[]): Promise<Map<Id, MailError | null>>;
  /** @returns the new Email's id; the index knows it before this resolves. */
  append(email: EmailAppend): Promise<Id>;
  appendStored(email: StoredAppend): Promise<Id>;
  /** Several in one commit, all or none. Absent where a server takes them one by one. */
  appendAll?(emails: EmailAppend[]): Promise<Id[]>;

  /** `mailboxIds` null: everywhere but junk and trash. */
  search(
    query: TextSearch,
    mailboxIds: Id[] | null,
    signal: AbortSignal,
    span?: SearchSpan,
  ): Promise<SearchResult>;

  /**
   * Sources with a feed (POP3): collects now, or joins the run that is going on. Resolves when the server has let us in
   * and the list is read; the rest is told by `onProgress`. Absent where there is nothing to collect. `timer`: not where
   * it is paused or another process is at it.
   */
  collect?(by: 'person' | 'timer'): Promise<void>;

  /** Ends the run of `collect` that goes on; what is stored so far is kept. */
  cancelCollect?(): Promise<void>;

  /** Resolves when what the server has is in the index. Absent where the index is the truth. */
  filled?(): Promise<void>;

  /** Sources that keep mail: removes what has been kept long enough. For a timer. */
  expire?(now: number): Promise<void>;

  /** Sources that keep mail: how much of it. */
  stored?(): Promise<StoredMail>;

  /** Asked of the server each time; null: it cannot tell. Absent where nothing limits the account. */
  quotas?(): Promise<SourceQuota[] | null>;

  /** Which mailboxes clients look at now; the source watches them and the inbox for changes by others. Empty: nobody looks. */
  watch(mailboxIds: Id[]): void;
  /** For the person whose account it is; absent where nothing is kept open. */
  diagnostics?(): SourceDiagnostics;
  /** Checks the connection again now ("try again", "new password"). @throws MailError */
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

/** How far a POP3 feed is; `done` counts messages that are stored durably. */
export interface CollectProgress {
  done: number;
  total: number;
  bytes: number;
  finished: boolean;
}

/** Reported to the account, which tells its listeners. */
export interface SourceEvents {
  onStatus(status: SourceStatus): void;
  onProgress?(progress: CollectProgress): void;
  /** At each sign-in: what the server says that it can do (CAPABILITY). */
  onAnnounced?(capabilities: string[]): void;
  /** It said so of this, and cannot. */
  onRefused?(capability: string): void;
}

/** Where the header block of a part below the root is read (RFC 3501 §6.4.5). */
export function mimeSection(path: string): string {
  return `${path}.MIME`;
}

export function toUtcDate(ms: number): UTCDate {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
