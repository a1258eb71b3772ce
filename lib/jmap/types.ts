/**
 * The JMAP vocabulary that the server and the page share (RFC 8620, RFC 8621). Types only: importable by both sides.
 * Property comments give only what the RFC leaves to the implementation.
 */
export type Id = string;
export type State = string;
export type UTCDate = string;
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export const CORE = 'urn:ietf:params:jmap:core';
export const MAIL = 'urn:ietf:params:jmap:mail';
export const SUBMISSION = 'urn:ietf:params:jmap:submission';
/** RFC 8621 §1.3.3, RFC 9661. */
export const VACATION = 'urn:ietf:params:jmap:vacationresponse';
export const SIEVE = 'urn:ietf:params:jmap:sieve';
/** RFC 9425. */
export const QUOTA = 'urn:ietf:params:jmap:quota';
/** RFC 9007. */
export const MDN = 'urn:ietf:params:jmap:mdn';
/** RFC 9749. */
export const VAPID = 'urn:ietf:params:jmap:webpush-vapid';
/** RFC 9404. */
export const BLOB = 'urn:ietf:params:jmap:blob';
/** What JMAP lacks; shapes in docs/http.md. */
export const GATEPOST = 'urn:gatepost:mail';

// ---- RFC 8620: the envelope ---------------------------------------------------------------------------

export type Invocation = [name: string, args: JsonObject, callId: string];

export interface JmapRequest {
  using: string[];
  methodCalls: Invocation[];
  createdIds?: Record<Id, Id>;
}

export interface JmapResponse {
  methodResponses: Invocation[];
  createdIds?: Record<Id, Id>;
  sessionState: State;
}

export interface SetError {
  type: string;
  description?: string;
  properties?: string[];
  existingId?: Id;
  /** RFC 8621 §4.6: the blobs of `blobNotFound`. */
  notFound?: Id[];
  /** RFC 8621 §7.5 */
  invalidRecipients?: string[];
  maxSize?: number;
  maxRecipients?: number;
  /** Gatepost: stable error code and the server's own words (docs/http.md). */
  'gatepost:code'?: string;
  'gatepost:serverText'?: string;
  /** Values for the sentence of the code. */
  'gatepost:params'?: Record<string, string | number>;
}

export interface JmapSession {
  capabilities: Record<string, JsonObject>;
  accounts: Record<Id, SessionAccount>;
  primaryAccounts: Record<string, Id>;
  username: string;
  apiUrl: string;
  downloadUrl: string;
  uploadUrl: string;
  eventSourceUrl: string;
  state: State;
}

export interface SessionAccount {
  name: string;
  isPersonal: boolean;
  isReadOnly: boolean;
  accountCapabilities: Record<string, JsonObject>;
}

/** accountCapabilities[GATEPOST]: how the account stands, so that the page can tell the truth about it. */
export interface GatepostAccountCapability {
  kind: 'imap' | 'pop3' | 'demo';
  /** What is kept here only and no mail server learns, as in docs/jmap.md. */
  localOnly?: ('mailboxes' | 'keywords' | 'drafts' | 'sent')[];
  /** `needsPassword`: the server refuses the stored password; `offline`: it does not answer. */
  connection: 'ready' | 'connecting' | 'offline' | 'needsPassword';
  /** When the connection was lost or the password refused. */
  since: UTCDate | null;
  errorCode: string | null;
  serverText: string | null;
  incomingHost: string;
  outgoingHost: string;
  /** Who answers mail of this account; null: the one that it was written to. */
  answerIdentityId?: Id | null;
  /** Choices of the user: its inbox is part of "All inboxes"; its new mail is told. */
  inAllInboxes?: boolean;
  notify?: boolean;
  /** How far a POP3 feed is; null when none is running. */
  collecting?: { done: number; total: number; bytes: number } | null;
}

export interface StateChange {
  '@type': 'StateChange';
  changed: Record<Id, Partial<Record<TypeName, State>>>;
}

export type TypeName =
  | 'Mailbox'
  | 'Email'
  | 'EmailDelivery'
  | 'Thread'
  | 'Identity'
  | 'EmailSubmission'
  | 'VacationResponse'
  | 'SieveScript'
  | 'Quota'
  /** Gatepost: connection state or settings of the account changed; read the session again. */
  | 'Account';

// ---- RFC 9425 Quota -----------------------------------------------------------------------------------

export interface Quota {
  id: Id;
  resourceType: 'octets' | 'count';
  used: number;
  hardLimit: number;
  scope: 'account' | 'domain' | 'global';
  name: string;
  /** Names of data types. */
  types: string[];
  warnLimit: number | null;
  softLimit: number | null;
  description: string | null;
}

// ---- RFC 8621 §2 Mailbox ------------------------------------------------------------------------------

export type MailboxRole =
  | 'inbox'
  | 'archive'
  | 'drafts'
  | 'sent'
  | 'junk'
  | 'trash'
  | 'all'
  | 'flagged'
  | 'important'
  | 'snoozed';

export interface MailboxRights {
  mayReadItems: boolean;
  mayAddItems: boolean;
  mayRemoveItems: boolean;
  maySetSeen: boolean;
  maySetKeywords: boolean;
  mayCreateChild: boolean;
  mayRename: boolean;
  mayDelete: boolean;
  maySubmit: boolean;
}

export interface Mailbox {
  id: Id;
  name: string;
  parentId: Id | null;
  role: MailboxRole | null;
  sortOrder: number;
  totalEmails: number;
  unreadEmails: number;
  totalThreads: number;
  unreadThreads: number;
  myRights: MailboxRights;
  isSubscribed: boolean;
}

// ---- RFC 8621 §3, §4 Thread, Email --------------------------------------------------------------------

export interface Thread {
  id: Id;
  emailIds: Id[];
}

export interface EmailAddress {
  name: string | null;
  email: string;
}

export interface EmailHeader {
  name: string;
  value: string;
}

export interface EmailBodyPart {
  partId: string | null;
  blobId: Id | null;
  size: number;
  headers?: EmailHeader[];
  name: string | null;
  type: string;
  charset: string | null;
  disposition: string | null;
  cid: string | null;
  language: string[] | null;
  location: string | null;
  subParts?: EmailBodyPart[] | null;
  /** Gatepost: text of format=flowed, which the value still is; `delsp`: the blanks at the breaks are none of the text's. */
  'gatepost:flowed'?: 'yes' | 'delsp' | null;
}

export interface EmailBodyValue {
  value: string;
  isEncodingProblem: boolean;
  isTruncated: boolean;
}

export interface Email {
  id: Id;
  blobId: Id;
  threadId: Id;
  mailboxIds: Record<Id, true>;
  keywords: Record<string, true>;
  size: number;
  receivedAt: UTCDate;
  messageId: string[] | null;
  inReplyTo: string[] | null;
  references: string[] | null;
  sender: EmailAddress[] | null;
  from: EmailAddress[] | null;
  to: EmailAddress[] | null;
  cc: EmailAddress[] | null;
  bcc: EmailAddress[] | null;
  replyTo: EmailAddress[] | null;
  subject: string | null;
  sentAt: string | null;
  bodyStructure: EmailBodyPart;
  bodyValues: Record<string, EmailBodyValue>;
  textBody: EmailBodyPart[];
  htmlBody: EmailBodyPart[];
  attachments: EmailBodyPart[];
  hasAttachment: boolean;
  preview: string;
}

export interface FilterOperator<C> {
  operator: 'AND' | 'OR' | 'NOT';
  conditions: (FilterOperator<C> | C)[];
}
export type Filter<C> = FilterOperator<C> | C;

export interface EmailFilterCondition {
  inMailbox?: Id;
  inMailboxOtherThan?: Id[];
  before?: UTCDate;
  after?: UTCDate;
  minSize?: number;
  maxSize?: number;
  allInThreadHaveKeyword?: string;
  someInThreadHaveKeyword?: string;
  noneInThreadHaveKeyword?: string;
  hasKeyword?: string;
  notKeyword?: string;
  hasAttachment?: boolean;
  text?: string;
  from?: string;
  to?: string;
  cc?: string;
  bcc?: string;
  subject?: string;
  body?: string;
  header?: [string] | [string, string];
}

export interface Comparator {
  property: string;
  isAscending?: boolean;
  collation?: string;
  keyword?: string;
}

export interface SearchSnippet {
  emailId: Id;
  subject: string | null;
  preview: string | null;
}

// ---- RFC 8621 §6, §7 Identity, EmailSubmission --------------------------------------------------------

export interface Identity {
  id: Id;
  name: string;
  email: string;
  replyTo: EmailAddress[] | null;
  bcc: EmailAddress[] | null;
  textSignature: string;
  htmlSignature: string;
  mayDelete: boolean;
  /** Gatepost: where copies of what is sent as it are filed; null: Sent. */
  'gatepost:sentMailboxId'?: Id | null;
  /** Gatepost: the account of the same user whose outgoing server it sends by; null: its own. */
  'gatepost:outgoingAccountId'?: Id | null;
  /** Gatepost: of an outgoing server of its own, which is set by the control plane; null: it has none. */
  'gatepost:outgoingHost'?: string | null;
  /** Gatepost: how much its outgoing server takes in one message, as that has told; null: not known. */
  'gatepost:maxRecipients'?: number | null;
  'gatepost:maxSize'?: number | null;
}

/** What the server alone sets, by what it knows of the outgoing server. */
export type OfOutgoing = 'gatepost:outgoingHost' | 'gatepost:maxRecipients' | 'gatepost:maxSize';

export interface SubmissionAddress {
  email: string;
  parameters: Record<string, string | null> | null;
}

export interface SubmissionEnvelope {
  mailFrom: SubmissionAddress;
  rcptTo: SubmissionAddress[];
}

export interface DeliveryStatus {
  smtpReply: string;
  delivered: 'queued' | 'yes' | 'no' | 'unknown';
  displayed: 'unknown' | 'yes';
}

/** One line of a submission's `gatepost:timeline`. */
export interface SubmissionEvent {
  at: UTCDate;
  /** What was said, `client` and `server`, between the steps of the outbox. */
  kind:
    | 'queued'
    | 'connecting'
    | 'client'
    | 'server'
    | 'due'
    | 'sent'
    | 'failed'
    | 'uncertain'
    | 'canceled'
    | 'again'
    | 'filed'
    /** It is in Sent, or elsewhere: it was sent after all. */
    | 'found'
    /** What came back of it: bounces (RFC 3464) and read receipts (RFC 8098); `text` begins with the recipient. */
    | 'bounced'
    | 'delayed'
    | 'delivered'
    | 'relayed'
    | 'displayed';
  /** The words of the wire, or the code of what went wrong. */
  text: string | null;
}

export interface EmailSubmission {
  id: Id;
  identityId: Id;
  emailId: Id;
  threadId: Id;
  envelope: SubmissionEnvelope | null;
  sendAt: UTCDate;
  undoStatus: 'pending' | 'final' | 'canceled';
  deliveryStatus: Record<string, DeliveryStatus> | null;
  dsnBlobIds: Id[];
  mdnBlobIds: Id[];
  /** Gatepost: the state of the outbox row (design decision 5), the error's code and the time of the next try. */
  'gatepost:state'?: 'held' | 'due' | 'connecting' | 'data' | 'sent' | 'failed' | 'uncertain' | 'canceled';
  'gatepost:messageId'?: string | null;
  'gatepost:code'?: string | null;
  'gatepost:serverText'?: string | null;
  'gatepost:nextTryAt'?: UTCDate | null;
  /** Only when it is asked for. */
  'gatepost:timeline'?: SubmissionEvent[];
}
