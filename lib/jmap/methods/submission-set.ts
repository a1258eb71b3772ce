import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { rawBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { MailError } from '@/lib/errors';
import type { Context } from '@/lib/jmap/context';
import { type Methods, method } from '@/lib/jmap/method';
import { invalidProperties, propertiesOf, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import {
  checkedTime,
  checkFrom,
  checkRecipients,
  envelopeOf,
  envelopeShape,
  sendAtOf,
} from '@/lib/jmap/submission/envelope';
import { checkParameters } from '@/lib/jmap/submission/parameters';
import { type EmailSubmission, type Id, type JsonObject, SUBMISSION } from '@/lib/jmap/types';

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
      await outcome.update(given, async () => {
        emailIds.set(id, (await cancel(account, id, patch, context)).emailId);
        return null;
      });
    }
    for (const given of args.destroy ?? []) {
      const id = context.resolve(given);
      await outcome.destroy(given, async () => {
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
  const wanted = checkedCreate(object);
  const own = await identities.list(account.record);
  const identityId = context.resolve(wanted.identityId);
  if (!own.some(({ id }) => id === identityId))
    throw invalidProperties(['identityId'], 'There is no such identity');
  const [row] = await account.emails([context.resolve(wanted.emailId)], ['headers']);
  if (!row?.headers) throw invalidProperties(['emailId'], 'There is no such Email');
  checkFrom(row.headers.from, own);
  const envelope = wanted.envelope ?? envelopeOf(row.headers);
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
    raw: await new Blobs(account, uploads).read(rawBlobId(row.id), MAX_MESSAGE),
    sendAt: wanted.sendAt === undefined ? held : checkedTime(Date.parse(wanted.sendAt), now),
  });
}

function checkedCreate(object: JsonObject): z.infer<typeof createShape> {
  const result = createShape.safeParse(object);
  if (result.success) return result.data;
  throw invalidProperties(propertiesOf(result.error), result.error.issues[0]?.message ?? 'invalid');
}

/** RFC 8621 §7.5: all that the client may change is that it is not to be sent after all. */
async function cancel(
  account: Account,
  id: Id,
  patch: JsonObject,
  context: Context,
): Promise<EmailSubmission> {
  const { undoStatus, ...others } = patch;
  const fixed = Object.keys(others);
  if (fixed.length > 0) throw invalidProperties(fixed, 'Only undoStatus can be changed');
  if (undoStatus !== 'canceled') throw invalidProperties(['undoStatus'], 'It can only become canceled');
  try {
    return await context.runtime.outbox.cancel(account.id, id);
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

/** Properties of ours only for who asks for our capability. */
export function visible<T extends { id: Id }>(submission: T, context: Context): T {
  if (context.using.has('urn:gatepost:mail')) return submission;
  const plain = Object.entries(submission).filter(([name]) => !name.startsWith('gatepost:'));
  return Object.fromEntries(plain) as T;
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
