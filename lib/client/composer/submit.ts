/** What the page asks of the sending machine (RFC 8621 §7, design decision 5). */

import { withoutDoubles } from '@/lib/client/draft/address-input';
import { type Draft, recipientsOf } from '@/lib/client/draft/draft';
import type { Transport } from '@/lib/client/jmap';
import type { EmailSubmission, Id, Identity, SetError, SubmissionEvent } from '@/lib/jmap/types';
import { setFault } from './set-fault';

/** Seconds from now (the server's clock counts), or a moment. */
export type SendTime = { holdFor: number } | { at: Date };

interface SetAnswer {
  created?: Record<Id, Pick<EmailSubmission, 'id'> & Partial<EmailSubmission>> | null;
  notCreated?: Record<Id, SetError> | null;
  notUpdated?: Record<Id, SetError> | null;
  notDestroyed?: Record<Id, SetError> | null;
}

/**
 * The id of the submission. The same Email to the same people is queued once, however often it is asked (R29): the server answers
 * `alreadyExists` with the id of the first.
 */
export async function submit(
  transport: Transport,
  draft: Draft & { emailId: Id },
  identity: Identity,
  when: SendTime,
): Promise<Id> {
  const { accountId, emailId } = draft;
  const bcc = identity.bcc ?? [];
  const rcptTo = withoutDoubles([...recipientsOf(draft), ...bcc]).map(({ email }) => ({
    email,
    parameters: null,
  }));
  const envelope = { mailFrom: { email: identity.email, parameters: hold(when) }, rcptTo };
  const answers = await transport.call([
    [
      'EmailSubmission/set',
      { accountId, create: { send: { identityId: identity.id, emailId, envelope } } },
      'submit',
    ],
  ]);
  const { created, notCreated } = answers.of<SetAnswer>('submit');
  const refused = notCreated?.send;
  const id = created?.send?.id ?? (refused?.type === 'alreadyExists' ? refused.existingId : undefined);
  if (id) return id;
  throw setFault(refused ?? { type: 'serverFail' });
}

/** RFC 4865, carried out by the gateway itself: it works with any SMTP server. */
function hold(when: SendTime): Record<string, string> | null {
  if ('at' in when) return { HOLDUNTIL: when.at.toISOString() };
  return when.holdFor > 0 ? { HOLDFOR: String(when.holdFor) } : null;
}

/** @throws cannotUnsend when it is on its way */
export async function cancelSubmission(transport: Transport, accountId: Id, id: Id): Promise<void> {
  const update = { [id]: { undoStatus: 'canceled' } };
  const answers = await transport.call([['EmailSubmission/set', { accountId, update }, 'cancel']]);
  const refused = answers.of<SetAnswer>('cancel').notUpdated?.[id];
  if (refused) throw setFault(refused);
}

/** Off the list; what was sent stays sent, and the draft stays in Drafts. */
export async function forgetSubmission(transport: Transport, accountId: Id, id: Id): Promise<void> {
  const answers = await transport.call([['EmailSubmission/set', { accountId, destroy: [id] }, 'forget']]);
  const refused = answers.of<SetAnswer>('forget').notDestroyed?.[id];
  if (refused && refused.type !== 'notFound') throw setFault(refused);
}

export async function sendAgain(transport: Transport, accountId: Id, id: Id): Promise<void> {
  const answers = await transport.call([['EmailSubmission/sendAgain', { accountId, id }, 'again']]);
  answers.of('again');
}

/** What happened to it so far, oldest first. */
export async function timelineOf(transport: Transport, accountId: Id, id: Id): Promise<SubmissionEvent[]> {
  const properties = ['gatepost:timeline'];
  const answers = await transport.call([
    ['EmailSubmission/get', { accountId, ids: [id], properties }, 'get'],
  ]);
  const [submission] = answers.of<{ list: EmailSubmission[] }>('get').list;
  return submission?.['gatepost:timeline'] ?? [];
}
