import type { SubmissionTable } from '@/lib/db/tables/submission';
import type { EmailSubmission, Id, SubmissionEnvelope } from '@/lib/jmap/types';
import { toUtcDate } from '@/lib/source/source';
import { deliveryStatus, type RecipientStates } from './recipients';

/** States in which the message may still be sent by the machine itself. */
export const MOVING = ['held', 'due', 'connecting', 'data'] as const;

export function envelopeOf(row: SubmissionTable): SubmissionEnvelope {
  return JSON.parse(row.envelope) as SubmissionEnvelope;
}

export function recipientsOf(row: SubmissionTable): RecipientStates {
  return JSON.parse(row.recipients) as RecipientStates;
}

/** Blobs of the mails that came back. */
export interface SubmissionReports {
  dsn: Id[];
  mdn: Id[];
}

export function reportsOf(row: SubmissionTable): SubmissionReports {
  return row.reports === null ? { dsn: [], mdn: [] } : (JSON.parse(row.reports) as SubmissionReports);
}

export function undoStatusOf(state: SubmissionTable['state']): EmailSubmission['undoStatus'] {
  if (state === 'canceled') return 'canceled';
  return MOVING.some((moving) => moving === state) ? 'pending' : 'final';
}

export function toSubmission(row: SubmissionTable): EmailSubmission {
  const undoStatus = undoStatusOf(row.state);
  const reports = reportsOf(row);
  return {
    id: row.id,
    identityId: row.identity_id,
    emailId: row.email_id,
    threadId: row.thread_id,
    envelope: envelopeOf(row),
    sendAt: toUtcDate(row.send_at),
    undoStatus,
    deliveryStatus: deliveryStatus(recipientsOf(row), undoStatus),
    dsnBlobIds: reports.dsn,
    mdnBlobIds: reports.mdn,
    'gatepost:state': row.state,
    'gatepost:messageId': row.message_id,
    'gatepost:code': row.code,
    'gatepost:serverText': row.server_text,
    'gatepost:nextTryAt': row.next_try_at === null ? null : toUtcDate(row.next_try_at),
  };
}
