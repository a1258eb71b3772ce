/** The persistent sending machine as lib/account and lib/jmap see it (design decision 5, gateway.md 2.10). */
import type { EmailSubmission, Id, State, SubmissionEnvelope, SubmissionEvent } from '@/lib/jmap/types';
import type { Secret, ServerLogin } from '@/lib/net/types';
import type { ServerTakes } from '@/lib/smtp/server-takes';

export interface QueueRequest {
  accountId: Id;
  identityId: Id;
  emailId: Id;
  threadId: Id;
  envelope: SubmissionEnvelope;
  /** The message as it stands in Drafts, Bcc included; the outbox strips Bcc from what goes out and freezes both. */
  raw: Buffer;
  /** Epoch ms. Not before now. */
  sendAt: number;
  /** About the Email, as a receipt is: nothing leaves Drafts, no copy in Sent. */
  unfiled?: boolean;
}

export interface SubmissionFilter {
  identityIds?: Id[];
  emailIds?: Id[];
  threadIds?: Id[];
  undoStatus?: EmailSubmission['undoStatus'];
  before?: string;
  after?: string;
}

export interface SubmissionChanges {
  oldState: State;
  newState: State;
  hasMoreChanges: boolean;
  created: Id[];
  updated: Id[];
  destroyed: Id[];
}

/** What a mail that came says of one that was sent. */
export interface Report {
  kind: 'dsn' | 'mdn';
  blobId: Id;
  envelopeId: string | null;
  messageId: string | null;
  events: ReportedEvent[];
}

export interface ReportedEvent {
  kind: 'bounced' | 'delayed' | 'delivered' | 'relayed' | 'displayed';
  /** The recipient, as it was written to and as it was in the end. */
  addresses: string[];
  /** The words of the server that knows. */
  text: string;
}

export interface Outbox {
  /**
   * Bytes, Message-ID and envelope are durable before this resolves (security.md I1, I4).
   * @throws alreadyExists (params.existingId) if the same Email was queued to the same people, sentBefore if another copy of it
   *   (by its Message-ID) was queued to one of them, as long as that submission is there and neither failed nor was canceled
   */
  queue(request: QueueRequest): Promise<EmailSubmission>;
  /** @throws notFound; unsupported when it is too late ("cannotUnsend") */
  cancel(accountId: Id, id: Id): Promise<EmailSubmission>;
  /** The user's decision after `failed` or `uncertain`, or while a next try is awaited: the same bytes, now. */
  sendAgain(accountId: Id, id: Id): Promise<EmailSubmission>;
  /** Perhaps sent: looks whether the mail is anywhere in the account, which proves that it was. */
  lookAgain(accountId: Id, id: Id): Promise<EmailSubmission>;
  /** @returns whether it is about something that was sent */
  join(accountId: Id, report: Report): Promise<boolean>;
  /** Epoch ms from which on mail is looked through for reports; null: nothing was sent. */
  reportsAfter(accountId: Id): Promise<number | null>;
  setReportsAfter(accountId: Id, at: number): Promise<void>;
  get(accountId: Id, ids: Id[] | null): Promise<EmailSubmission[]>;
  /** What happened to each, oldest first. */
  timelines(accountId: Id, ids: Id[]): Promise<Map<Id, SubmissionEvent[]>>;
  /** Ids by sendAt, newest first. */
  query(accountId: Id, filter: SubmissionFilter | null): Promise<Id[]>;
  state(accountId: Id): Promise<State>;
  /** @throws cannotCalculateChanges */
  changes(accountId: Id, sinceState: State, max: number): Promise<SubmissionChanges>;
  /** How much an outgoing server takes in one message, as it has told. */
  takes(accountId: Id, server: ServerLogin): Promise<ServerTakes>;
  destroy(accountId: Id, id: Id): Promise<void>;
  /** Email ids that are queued and not yet filed: the page hides them in Drafts. */
  queuedEmailIds(accountId: Id): Promise<Id[]>;
  /** Takes up what is due, also rows whose worker died. */
  start(): void;
  /** Stops taking new rows; resolves when those on the wire ended, at the latest after 4 s. */
  stop(): Promise<void>;
}

export interface SentMail {
  identityId: Id;
  emailId: Id;
  /** Bcc kept. */
  raw: Buffer;
  /** Epoch ms. */
  sentAt: number;
}

/** What the outbox needs of an account; lib/account gives it. */
export interface OutboxHost {
  /** By the server of this sender. `loopback`: the demo mailbox delivers to its own inbox. @throws notFound */
  route(
    accountId: Id,
    identityId: Id,
  ): Promise<{ kind: 'smtp'; server: ServerLogin; secret: Secret } | { kind: 'loopback' }>;
  /** The demo's delivery: appended to its own inbox. */
  deliverLocally(accountId: Id, raw: Buffer): Promise<void>;
  /**
   * After the server's 2xx: the Email leaves Drafts for Sent, `$draft` cleared, `$answered`/`$forwarded` set on the
   * original (found by In-Reply-To or X-Forwarded-Message-Id). Idempotent by Message-ID; may be called again for 24 h.
   * @returns the id that the Email has now
   */
  fileSent(accountId: Id, sent: SentMail): Promise<Id>;
  /** Whether this mail is anywhere but in Drafts, by its Message-ID. */
  isFound(accountId: Id, emailId: Id, raw: Buffer): Promise<boolean>;
  /** It is known better what the account's outgoing servers take in one message. */
  takesChanged(accountId: Id): Promise<void>;
  /** A submission changed: tell listeners. */
  changed(accountId: Id): void;
}
