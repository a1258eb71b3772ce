import { z } from 'zod';
import { rawBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { bring } from '@/lib/jmap/email/bring';
import { appendMetadata } from '@/lib/jmap/email/create';
import { rightsOver } from '@/lib/jmap/email/rights';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, MethodError, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, orNull, SetOutcome } from '@/lib/jmap/set';
import { type Id, type JsonObject, MAIL } from '@/lib/jmap/types';

/** RFC 8621 §4.7: only these can be set. */
const copyShape = z.strictObject({
  id: schema.id,
  mailboxIds: z.json(),
  keywords: z.json().optional(),
  receivedAt: z.json().optional(),
});

const copyArgs = z.strictObject({
  fromAccountId: schema.id,
  ifFromInState: z.string().nullable().default(null),
  accountId: schema.id,
  ifInState: schema.set.ifInState,
  create: z.record(schema.id, schema.jsonObject),
  onSuccessDestroyOriginal: z.boolean().default(false),
  destroyFromIfInState: z.string().nullable().default(null),
});

/** RFC 8621 §4.7. */
export const emailCopy: Methods = {
  'Email/copy': method(MAIL, copyArgs, async (args, context) => {
    checkSetSize({ ...args, update: null, destroy: null });
    if (args.fromAccountId === args.accountId) {
      throw new MethodError('invalidArguments', 'fromAccountId and accountId are the same');
    }
    const from = await context.account(args.fromAccountId, 'fromAccountNotFound');
    const account = await context.account(args.accountId);
    const rights = rightsOver(await account.mailboxes());
    const original = new Blobs(from, context.runtime.uploads);
    checkState(args.ifFromInState, await from.index.state());
    const outcome = new SetOutcome(context);
    const copied: Id[] = [];
    const plan = async (object: JsonObject) => {
      const { id, ...given } = checkedObject(copyShape, object);
      const [row] = await from.index.emails([context.resolve(id)]);
      if (!row) throw refuse('notFound', 'There is no such Email');
      const metadata = appendMetadata(withDefaults(given, row), rights, context);
      return { from: original, blobId: rawBlobId(row.id), metadata, done: () => void copied.push(row.id) };
    };
    const { create: objects, ifInState } = args;
    const states = await bring({ account, objects, ifInState, plan, context, outcome });
    if (args.onSuccessDestroyOriginal && copied.length > 0) {
      const { fromAccountId: accountId, destroyFromIfInState: ifInState } = args;
      context.alsoCall('Email/set', { accountId, ifInState, destroy: copied });
    }
    const { created, notCreated } = outcome;
    const results = { created: orNull(created), notCreated: orNull(notCreated) };
    return { fromAccountId: from.id, accountId: account.id, ...states, ...results };
  }),
};

/** RFC 8621 §4.7: what the copy does not say is as in the original. */
function withDefaults(given: JsonObject, row: { keywords: string[]; receivedAt: number }): JsonObject {
  return {
    keywords: Object.fromEntries(row.keywords.map((keyword) => [keyword, true])),
    receivedAt: new Date(row.receivedAt).toISOString(),
    ...given,
  };
}
