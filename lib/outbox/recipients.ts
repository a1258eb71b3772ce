/** What is known of each recipient; accepted ones never get the message again (security.md I5). */
import type { DeliveryStatus, EmailSubmission, SubmissionEnvelope } from '@/lib/jmap/types';
import { sendingLimitOf } from '@/lib/smtp/sending-limit';
import { isTooMany } from '@/lib/smtp/server-takes';
import type { RecipientReply } from '@/lib/smtp/types';

export interface RecipientState {
  outcome: 'waiting' | 'accepted' | 'refused' | 'unknown';
  reply: string;
  /** What came back later: it arrived, or it did not. */
  delivered?: 'yes' | 'no';
  /** Its reader's program said so. */
  displayed?: boolean;
}
export type RecipientStates = Record<string, RecipientState>;

export function initialRecipients(envelope: SubmissionEnvelope): RecipientStates {
  return Object.fromEntries(
    envelope.rcptTo.map(({ email }) => [email, { outcome: 'waiting', reply: '' } satisfies RecipientState]),
  );
}

/** Seconds after which those put off by a limit may be tried again; null: nobody was. */
export function limitIn(replies: readonly RecipientReply[]): number | null {
  const waits = replies.flatMap(({ accepted, reply }) => (accepted ? [] : (sendingLimitOf(reply) ?? [])));
  return waits.length > 0 ? Math.max(...waits) : null;
}

export function waitingRecipients(states: RecipientStates): string[] {
  return Object.keys(states).filter((email) => states[email]?.outcome === 'waiting');
}

/** Who has it, may have it or is yet to get it: all but those who never will. */
export function gottenBy(states: RecipientStates): string[] {
  return Object.entries(states).flatMap(([email, { outcome, delivered }]) =>
    outcome === 'refused' || delivered === 'no' ? [] : [email],
  );
}

/** The server took some and wanted the others in a message of their own (RFC 5321 §4.5.3.1.10): they need not wait. */
export function isForMore(replies: readonly RecipientReply[]): boolean {
  const left = replies.filter(({ accepted }) => !accepted);
  return left.length > 0 && left.length < replies.length && left.some(({ reply }) => isTooMany(reply));
}

/** 5yz is final; 4yz, a limit of the sender's, and one too many keep the recipient waiting, with the words of the server. */
export function withReplies(states: RecipientStates, replies: RecipientReply[]): RecipientStates {
  const next = { ...states };
  const goesOn = isForMore(replies);
  for (const { address, accepted, reply } of replies) {
    if (!(address in next)) continue;
    const isPutOff = sendingLimitOf(reply) !== null || (goesOn && isTooMany(reply));
    const isFinal = reply.startsWith('5') && !isPutOff;
    const outcome = accepted ? 'accepted' : isFinal ? 'refused' : 'waiting';
    next[address] = { outcome, reply };
  }
  return next;
}

export const settleWaiting = (states: RecipientStates, outcome: 'refused' | 'unknown'): RecipientStates =>
  settle(states, 'waiting', outcome);

export function settle(
  states: RecipientStates,
  from: RecipientState['outcome'],
  outcome: RecipientState['outcome'],
): RecipientStates {
  return Object.fromEntries(
    Object.entries(states).map(([email, state]) => [
      email,
      state.outcome === from ? { ...state, outcome } : state,
    ]),
  );
}

/** RFC 8621 §7; how each outcome reads is the design's ("How a submission reads in JMAP"). */
export function deliveryStatus(
  states: RecipientStates,
  undoStatus: EmailSubmission['undoStatus'],
): Record<string, DeliveryStatus> | null {
  if (undoStatus !== 'final') return null;
  const delivered = { accepted: 'queued', refused: 'no', waiting: 'unknown', unknown: 'unknown' } as const;
  return Object.fromEntries(
    Object.entries(states).map(([email, state]) => [
      email,
      {
        smtpReply: state.reply,
        delivered: state.delivered ?? delivered[state.outcome],
        displayed: state.displayed ? 'yes' : 'unknown',
      },
    ]),
  );
}
