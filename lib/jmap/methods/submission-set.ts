import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { rawBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { sendingServer } from '@/lib/account/sending-account';
import { MailError } from '@/lib/errors';
import type { Context } from '@/lib/jmap/context';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import {
  checkedTime,
  checkRecipients,
  envelopeOf,
  envelopeShape,
  sendAtOf,
} from '@/lib/jmap/submission/envelope';
import { checkParameters } from '@/lib/jmap/submission/parameters';
import { checkFrom, checkMailFrom, checkProvider } from '@/lib/jmap/submission/sender';
import { type EmailSubmission, type Id, type JsonObject, SUBMISSION } from '@/lib/jmap/types';
import { visible } from '@/lib/jmap/visible';
import { resentHeaders } from '@/lib/mime/resent';

const setArgs = z.strictObject({
  ...schema.set,
  onSuccessUpdateEmail: z.record(schema.id, schema.jsonObject).nullable().default(null),
  onSuccessDestroyEmail: z.array(schema.id).nullable().default(null),
});
type SetArguments = z.infer<typeof setArgs>;

const createShape = z.strictObject({
  identityId: schema.id,
  emailId: schema.id,
  envelope: envelopeShape.nullable().default(null),
  /** Gatepost: a time to send at, the same as HOLDUNTIL. */
  sendAt: schema.utcDate.optional(),
});
/** A mail larger than this is not sent by any server that we know of. */
const MAX_MESSAGE = 150_000_000;

/** RFC 8621 §7.5. */
export const submissionSet: Methods = {
  'EmailSubmission/set': method(SUBMISSION, setArgs, async (args, context) => {
    checkSetSize(args);
    const account = await context.account(args.accountId);
    const { outbox } = context.runtime;
    const oldState = await outbox.state(account.id);
    checkState(args.ifInState, oldState);
    const outcome = new SetOutcome(context);
    /** The Email of each submission that was created or changed, for onSuccess... */
    const emailIds = new Map<Id, Id>();
    for (const [creationId, object] of Object.entries(args.create ?? {})) {
      await outcome.create(creationId, async () => {
        const submission = await createSubmission(account, object, context);
        emailIds.set(submission.id, submission.emailId);
        return serverSet(submission, context);
      });
    }
    for (const [given, patch] of Object.entries(args.update ?? {})) {
      const id = context.resolve(given);
      await outcome.update(id, async () => {
        emailIds.set(id, (await cancel(account, id, patch, context)).emailId);
        return null;
      });
    }
    for (const given of args.destroy ?? []) {
      const id = context.resolve(given);
      await outcome.destroy(id, async () => {
        const [submission] = await outbox.get(account.id, [id]);
        await outbox.destroy(account.id, id);
        if (submission) emailIds.set(id, submission.emailId);
      });
    }
    followUp(args, emailIds, context);
    return outcome.response(account.id, oldState, await outbox.state(account.id));
  }),
};

async function createSubmission(
  account: Account,
  object: JsonObject,
  context: Context,
): Promise<EmailSubmission> {
  const { identities, outbox, uploads } = context.runtime;
  const wanted = checkedObject(createShape, object);
  const own = await identities.list(account.record);
  const identityId = context.resolve(wanted.identityId);
  const identity = own.find(({ id }) => id === identityId);
  if (!identity) throw invalidProperties(['identityId'], 'There is no such identity');
  const [row] = await account.emails([context.resolve(wanted.emailId)], ['headers']);
  if (!row?.headers) throw invalidProperties(['emailId'], 'There is no such Email');
  const raw = await new Blobs(account, uploads).read(rawBlobId(row.id), MAX_MESSAGE);
  const people = resentHeaders(raw) ?? row.headers;
  checkFrom(people.from, own);
  const by = await sendingServer(account.record, identity, context.runtime);
  for (const { email } of people.from ?? []) checkProvider(by, email);
  const envelope = wanted.envelope ?? envelopeOf(people);
  checkMailFrom(envelope, own);
  checkRecipients(envelope);
  checkParameters(envelope);
  const now = Date.now();
  const held = sendAtOf(envelope, now);
  return outbox.queue({
    accountId: account.id,
    identityId,
    emailId: row.id,
    threadId: row.threadId,
    envelope,
    raw,
    sendAt: wanted.sendAt === undefined ? held : checkedTime(Date.parse(wanted.sendAt), now),
  });
}

/** RFC 8621 §7.5: all that the client may change is that it is not to be sent after all. */
async function cancel(
  account: Account,
  id: Id,
  patch: JsonObject,
  context: Context,
): Promise<EmailSubmission> {
  const { outbox } = context.runtime;
  const [before] = await outbox.get(account.id, [id]);
  if (!before) throw refuse('notFound', 'There is no such submission');
  const { undoStatus = before.undoStatus, ...others } = patch;
  // RFC 8620 §5.3: what is sent back as it was is no change.
  const fixed = Object.keys(others).filter(
    (name) => !isDeepStrictEqual(others[name], before[name as keyof EmailSubmission]),
  );
  if (fixed.length > 0) throw invalidProperties(fixed, 'Only undoStatus can be changed');
  if (patch.undoStatus !== 'canceled') {
    if (undoStatus === before.undoStatus) return before;
    throw invalidProperties(['undoStatus'], 'It can only become canceled');
  }
  try {
    return await outbox.cancel(account.id, id);
  } catch (error) {
    if (!(error instanceof MailError) || error.code !== 'unsupported') throw error;
    throw refuse('cannotUnsend', 'It is too late: the mail is on its way');
  }
}

/** What the client does not know of it yet. */
function serverSet(submission: EmailSubmission, context: Context): { id: Id } {
  const { identityId: _identity, emailId: _email, ...rest } = submission;
  return visible(rest, context);
}

/** RFC 8621 §7.5: one Email/set after this one, with what was asked for the submissions that succeeded. */
function followUp(args: SetArguments, emailIds: ReadonlyMap<Id, Id>, context: Context): void {
  const emailOf = (given: Id) => emailIds.get(context.resolve(given));
  const update: Record<Id, JsonObject> = {};
  for (const [given, patch] of Object.entries(args.onSuccessUpdateEmail ?? {})) {
    const emailId = emailOf(given);
    if (emailId) update[emailId] = patch;
  }
  const destroy = (args.onSuccessDestroyEmail ?? []).flatMap((given) => emailOf(given) ?? []);
  if (Object.keys(update).length === 0 && destroy.length === 0) return;
  context.alsoCall('Email/set', { accountId: args.accountId, update, destroy });
}
