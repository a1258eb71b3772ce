/** What the page asks of the sending machine (RFC 8621 §7, design decision 5). */
import type { Transport } from '@/lib/client/jmap';
import type { EmailSubmission, Id, JsonObject, SetError, SubmissionEvent } from '@/lib/jmap/types';
import { setFault } from './set-fault';

/** Seconds from now (the server's clock counts), or a moment. */
export type SendTime = { holdFor: number } | { at: Date };

export interface Outgoing {
  accountId: Id;
  emailId: Id;
  identityId: Id;
  from: string;
  /** Each once. */
  to: readonly string[];
  /** The servers on the way are to say that it was delivered (RFC 3461). */
  receipt?: boolean;
  /** Encrypted all the way, or not at all (RFC 8689). */
  requireTls?: boolean;
}

/** For a provider that takes fewer recipients at a time, or fewer in an hour. */
export interface Parts {
  size: number;
  everyMs: number;
}

interface SetAnswer {
  created?: Record<Id, Pick<EmailSubmission, 'id'> & Partial<EmailSubmission>> | null;
  notCreated?: Record<Id, SetError> | null;
  notUpdated?: Record<Id, SetError> | null;
  notDestroyed?: Record<Id, SetError> | null;
}

/**
 * The ids of the submissions, one for each part; all or none. The same Email to the same people is queued once, however often it is
 * asked (R29): the server answers `alreadyExists` with the id of the first.
 * @throws sentBefore where that was another copy of it: what was written since is not sent
 */
export async function submit(
  transport: Transport,
  outgoing: Outgoing,
  when: SendTime,
  parts: Parts = { size: outgoing.to.length, everyMs: 0 },
): Promise<Id[]> {
  const { accountId } = outgoing;
  const create: JsonObject = {};
  for (let from = 0, n = 0; from < outgoing.to.length || n === 0; from += Math.max(1, parts.size), n += 1) {
    const to = outgoing.to.slice(from, from + parts.size);
    create[`send${n}`] = submissionOf({ ...outgoing, to }, later(when, n * parts.everyMs));
  }
  const answers = await transport.call([['EmailSubmission/set', { accountId, create }, 'submit']]);
  const { created, notCreated } = answers.of<SetAnswer>('submit');
  const fresh = Object.values(created ?? {}).map(({ id }) => id);
  const refused = Object.values(notCreated ?? {});
  const known = refused.flatMap(({ type, existingId, 'gatepost:code': code }) =>
    type === 'alreadyExists' && existingId && code !== 'sentBefore' ? [existingId] : [],
  );
  if (fresh.length + known.length === Object.keys(create).length) return [...known, ...fresh];
  for (const id of fresh) await cancelSubmission(transport, accountId, id);
  throw setFault(
    refused.find(({ existingId, 'gatepost:code': code }) => !existingId || code === 'sentBefore') ?? {
      type: 'serverFail',
    },
  );
}

function submissionOf(outgoing: Outgoing, when: SendTime): JsonObject {
  const { identityId, emailId, from, to, receipt, requireTls } = outgoing;
  const asked = receipt ? { NOTIFY: 'SUCCESS,FAILURE,DELAY' } : null;
  const parameters = {
    ...hold(when),
    ...(receipt ? { RET: 'HDRS' } : {}),
    ...(requireTls ? { REQUIRETLS: null } : {}),
  };
  const mailFrom = { email: from, parameters };
  return {
    identityId,
    emailId,
    envelope: { mailFrom, rcptTo: to.map((email) => ({ email, parameters: asked })) },
  };
}

function later(when: SendTime, ms: number): SendTime {
  return 'at' in when
    ? { at: new Date(when.at.getTime() + ms) }
    : { holdFor: when.holdFor + Math.round(ms / 1000) };
}

/** RFC 4865, carried out by the gateway itself: it works with any SMTP server. */
function hold(when: SendTime): Record<string, string> {
  if ('at' in when) return { HOLDUNTIL: when.at.toISOString() };
  return when.holdFor > 0 ? { HOLDFOR: String(when.holdFor) } : {};
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

/** Perhaps sent: whether it is anywhere in the account by now. */
export async function lookAgain(transport: Transport, accountId: Id, id: Id): Promise<EmailSubmission> {
  const answers = await transport.call([['EmailSubmission/lookAgain', { accountId, id }, 'look']]);
  return answers.of<{ submission: EmailSubmission }>('look').submission;
}

/** All that was sent of one Email: in parts, or once more. */
export async function submissionsOf(
  transport: Transport,
  accountId: Id,
  emailId: Id,
): Promise<Pick<EmailSubmission, 'id'>[]> {
  const filter = { emailIds: [emailId] };
  const answers = await transport.call([['EmailSubmission/query', { accountId, filter }, 'of']]);
  return answers.of<{ ids: Id[] }>('of').ids.map((id) => ({ id }));
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
