/** Where a row goes after one attempt: the whole rule of what may be retried, in one pure function (security.md I2-I5). */
import type { MailError } from '@/lib/errors';
import type { SubmitOutcome } from '@/lib/smtp/types';
import {
  isForMore,
  limitIn,
  type RecipientStates,
  settleWaiting,
  waitingRecipients,
  withReplies,
} from './recipients';
import { nextTry } from './retry';

export interface AfterAttempt {
  state: 'due' | 'sent' | 'failed' | 'uncertain';
  nextTryAt: number | null;
  recipients: RecipientStates;
  code: string | null;
  serverText: string | null;
  /** Somebody has it now for the first time: the copy is to be filed. */
  file: boolean;
}

export interface Attempted {
  attempts: number;
  sendAt: number;
  recipients: RecipientStates;
}

export function afterAttempt(row: Attempted, outcome: SubmitOutcome, now: number): AfterAttempt {
  const recipients = withReplies(row.recipients, outcome.recipients);
  if (outcome.kind === 'accepted') {
    const retryAt = isForMore(outcome.recipients)
      ? now
      : nextTry(row.attempts, row.sendAt, now, limitIn(outcome.recipients));
    return afterAcceptance(recipients, retryAt);
  }
  const told = { code: outcome.error.code, serverText: outcome.error.serverText ?? null, file: false };
  if (outcome.kind === 'uncertain') {
    return {
      ...told,
      state: 'uncertain',
      nextTryAt: null,
      recipients: settleWaiting(recipients, 'unknown'),
    };
  }
  const limit = limitOf(outcome.error);
  const retryAt = outcome.temporary ? nextTry(row.attempts, row.sendAt, now, limit) : null;
  if (retryAt !== null) return { ...told, state: 'due', nextTryAt: retryAt, recipients };
  return { ...told, ...rest(settleWaiting(recipients, 'refused')) };
}

/** The message went to some; those put off with 4yz are tried alone. */
function afterAcceptance(recipients: RecipientStates, retryAt: number | null): AfterAttempt {
  const told = { code: null, serverText: null, file: true };
  if (waitingRecipients(recipients).length === 0) return { ...told, ...rest(recipients) };
  if (retryAt !== null) return { ...told, state: 'due', nextTryAt: retryAt, recipients };
  return { ...told, ...rest(settleWaiting(recipients, 'refused')) };
}

/** Seconds for which the server takes no more of this sender's mail. */
export const limitOf = ({ code, params }: MailError): number | null =>
  code === 'sendingLimit' ? Number(params.seconds) : null;

/** At rest: `sent` as soon as anybody has it; the refused ones are told one by one. */
function rest(recipients: RecipientStates): Pick<AfterAttempt, 'state' | 'nextTryAt' | 'recipients'> {
  const reached = Object.values(recipients).some(({ outcome }) => outcome === 'accepted');
  return { state: reached ? 'sent' : 'failed', nextTryAt: null, recipients };
}
