import type { SubmissionTable } from '@/lib/db/tables/submission';
import type { EmailSubmission, SubmissionEnvelope } from '@/lib/jmap/types';
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

export function undoStatusOf(state: SubmissionTable['state']): EmailSubmission['undoStatus'] {
  if (state === 'canceled') return 'canceled';
  return MOVING.some((moving) => moving === state) ? 'pending' : 'final';
}

export function toSubmission(row: SubmissionTable): EmailSubmission {
  const undoStatus = undoStatusOf(row.state);
  return {
    id: row.id,
    identityId: row.identity_id,
    emailId: row.email_id,
    threadId: row.thread_id,
    envelope: envelopeOf(row),
    sendAt: toUtcDate(row.send_at),
    undoStatus,
    deliveryStatus: deliveryStatus(recipientsOf(row), undoStatus),
    dsnBlobIds: [],
    mdnBlobIds: [],
    'gatepost:state': row.state,
    'gatepost:code': row.code,
    'gatepost:serverText': row.server_text,
    'gatepost:nextTryAt': row.next_try_at === null ? null : toUtcDate(row.next_try_at),
  };
}
