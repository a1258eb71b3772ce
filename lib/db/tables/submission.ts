import type { Generated } from 'kysely';
import type { SubmissionEvent } from '@/lib/jmap/types';

/** The outbox: what was queued, where it stands, and the frozen bytes (design decision 5). */
export type SubmissionState =
  | 'held'
  | 'due'
  | 'connecting'
  | 'data'
  | 'sent'
  | 'failed'
  | 'uncertain'
  | 'canceled';

export interface SubmissionTable {
  account_id: string;
  id: string;
  identity_id: string;
  email_id: string;
  thread_id: string;
  /** JSON of SubmissionEnvelope. */
  envelope: string;
  /** SHA-256 of emailId and addresses: a second click finds the first one by it. */
  fingerprint: string;
  /** Blob that goes out, without Bcc. */
  wire_sha256: string;
  /** Blob that is filed in Sent, Bcc kept. */
  copy_sha256: string;
  size: number;
  queued_at: number;
  send_at: number;
  state: SubmissionState;
  /** When the worker looks at it next; null at rest. */
  next_try_at: number | null;
  attempts: number;
  /** Fencing: only the holder of this token may move the row (gateway.md 2.10.3). */
  lease_token: string | null;
  lease_until: number;
  code: string | null;
  server_text: string | null;
  /** JSON of RecipientStates. */
  recipients: string;
  /** The Sent copy is a step of its own (security.md I6): null until sent, then when to (re)try; -1 = done or given up. */
  file_at: number | null;
  /** What bounces and receipts name it by; null where it has none. */
  message_id: string | null;
  /** JSON of SubmissionReports: what came back of it; null: nothing. */
  reports: string | null;
  created: number;
  changed: number;
  destroyed: number;
}

/** One counter per account: the state of EmailSubmission. */
export interface SubmissionCounterTable {
  account_id: string;
  counter: number;
  /** Epoch ms: of mail that came before, bounces and receipts were looked for; null: nothing was sent yet. */
  reports_after: number | null;
}

/** The delivery timeline: only ever added to. */
export interface SubmissionEventTable {
  id: Generated<number>;
  account_id: string;
  submission_id: string;
  at: number;
  kind: SubmissionEvent['kind'];
  text: string | null;
}

/** Until when an outgoing server takes no more mail of an account, by its own word. */
export interface SendingLimitTable {
  account_id: string;
  /** `user host:port` */
  server: string;
  until_at: number;
}

/** What an outgoing server takes in one message, as far as it has told an account; null: not known. */
export interface ServerTakesTable {
  account_id: string;
  /** `user host:port` */
  server: string;
  bytes: number | null;
  recipients: number | null;
}

export interface SubmissionTables {
  server_takes: ServerTakesTable;
  sending_limit: SendingLimitTable;
  submission_event: SubmissionEventTable;
  submission: SubmissionTable;
  submission_counter: SubmissionCounterTable;
}
