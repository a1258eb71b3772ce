import { z } from 'zod';
import { Blobs } from '@/lib/account/blobs';
import type { Context } from '@/lib/jmap/context';
import { appendMetadata } from '@/lib/jmap/email/create';
import { receivedAtOf } from '@/lib/jmap/email/received-at';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, isMissing, MethodError, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, orNull, SetOutcome } from '@/lib/jmap/set';
import { type Id, type JsonObject, MAIL } from '@/lib/jmap/types';
import { parseHeaderBlock } from '@/lib/mime/header';
import { created } from './email-set';

const importArgs = z.strictObject({
  accountId: schema.id,
  ifInState: schema.set.ifInState,
  emails: z.record(schema.id, schema.jsonObject),
});
const importShape = z.strictObject({
  blobId: schema.id,
  mailboxIds: z.json(),
  keywords: z.json().optional(),
  receivedAt: z.json().optional(),
});

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

/** RFC 8621 §4.7, §4.8: messages that come as bytes. */
export const emailImport: Methods = {
  'Email/import': method(MAIL, importArgs, async (args, context) => {
    checkSetSize({ ...args, create: args.emails, update: null, destroy: null });
    const account = await context.account(args.accountId);
    const mailboxIds = new Set((await account.mailboxes()).map(({ id }) => id));
    const blobs = new Blobs(account, context.runtime.uploads);
    const outcome = new SetOutcome(context);
    return account.write(async (source) => {
      const oldState = await account.index.state();
      checkState(args.ifInState, oldState);
      for (const [creationId, given] of Object.entries(args.emails)) {
        await outcome.create(creationId, async () => {
          const raw = asMessage(await messageOf(given, blobs, context));
          // "Time of most recent Received header, or time of import on server if none."
          const receivedAt = given.receivedAt ?? timeOf(receivedAtOf(raw));
          const append = { ...appendMetadata({ ...given, receivedAt }, mailboxIds, context), raw };
          return created(account, await source.append(append), append);
        });
      }
      return importResponse(account.id, oldState, await account.index.state(), outcome);
    });
  }),

  'Email/copy': method(MAIL, copyArgs, async (args, context) => {
    checkSetSize({ ...args, update: null, destroy: null });
    if (args.fromAccountId === args.accountId) {
      throw new MethodError('invalidArguments', 'fromAccountId and accountId are the same');
    }
    const from = await context.account(args.fromAccountId, 'fromAccountNotFound');
    const account = await context.account(args.accountId);
    const mailboxIds = new Set((await account.mailboxes()).map(({ id }) => id));
    const original = new Blobs(from, context.runtime.uploads);
    checkState(args.ifFromInState, await from.index.state());
    const outcome = new SetOutcome(context);
    const copied: Id[] = [];
    const response = await account.write(async (source) => {
      const oldState = await account.index.state();
      checkState(args.ifInState, oldState);
      for (const [creationId, object] of Object.entries(args.create)) {
        await outcome.create(creationId, async () => {
          const { id, ...given } = checkedObject(copyShape, object);
          const [row] = await from.index.emails([context.resolve(id)]);
          if (!row) throw refuse('notFound', 'There is no such Email');
          const metadata = appendMetadata(withDefaults(given, row), mailboxIds, context);
          const append = { ...metadata, raw: await original.read(`r${row.id}`) };
          const result = await created(account, await source.append(append), append);
          copied.push(row.id);
          return result;
        });
      }
      return importResponse(account.id, oldState, await account.index.state(), outcome);
    });
    if (args.onSuccessDestroyOriginal && copied.length > 0) {
      const { fromAccountId: accountId, destroyFromIfInState: ifInState } = args;
      context.alsoCall('Email/set', { accountId, ifInState, destroy: copied });
    }
    return { fromAccountId: from.id, ...response };
  }),
};

/** RFC 8621 §4.8: a blob that is not there makes the property invalid. */
async function messageOf(given: JsonObject, blobs: Blobs, context: Context): Promise<Buffer> {
  const { blobId } = checkedObject(importShape, given);
  try {
    return await blobs.read(context.resolve(blobId));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw invalidProperties(['blobId'], 'There is no such blob');
  }
}

const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** RFC 8621 §4.8: `invalidEmail` for what is no message; line ends become CRLF (gateway.md pitfall 17). */
function asMessage(raw: Buffer): Buffer {
  if (parseHeaderBlock(raw).length === 0) throw refuse('invalidEmail', 'The blob is no message');
  const text = raw.toString('latin1');
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'), 'latin1') : raw;
}

/** RFC 8621 §4.7: what the copy does not say is as in the original. */
function withDefaults(given: JsonObject, row: { keywords: string[]; receivedAt: number }): JsonObject {
  return {
    keywords: Object.fromEntries(row.keywords.map((keyword) => [keyword, true])),
    receivedAt: new Date(row.receivedAt).toISOString(),
    ...given,
  };
}

function importResponse(accountId: Id, oldState: string, newState: string, outcome: SetOutcome): object {
  const { created, notCreated } = outcome;
  return { accountId, oldState, newState, created: orNull(created), notCreated: orNull(notCreated) };
}
