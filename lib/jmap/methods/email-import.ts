import { z } from 'zod';
import { Blobs } from '@/lib/account/blobs';
import { MailError } from '@/lib/errors';
import { mapConcurrently } from '@/lib/jmap/concurrent';
import { MemoryContent } from '@/lib/jmap/email/content';
import { appendMetadata } from '@/lib/jmap/email/create';
import { bodyArgs, emailPlan, PARSE_PROPERTIES } from '@/lib/jmap/email/plan';
import { viewEmail } from '@/lib/jmap/email/view';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import { type Id, type JsonObject, MAIL } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { emailHeaders, parseHeaderBlock } from '@/lib/mime/header';
import { previewOf } from '@/lib/mime/preview';
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

const copyArgs = z.strictObject({
  fromAccountId: schema.id,
  ifFromInState: z.string().nullable().default(null),
  accountId: schema.id,
  ifInState: schema.set.ifInState,
  create: z.record(schema.id, schema.jsonObject),
  onSuccessDestroyOriginal: z.boolean().default(false),
  destroyFromIfInState: z.string().nullable().default(null),
});

const parseArgs = z.strictObject({
  accountId: schema.id,
  blobIds: z.array(schema.id).max(50),
  properties: z.array(z.string()).nullable().default(null),
  ...bodyArgs,
});
/** Enough of a text part for its preview. */
const PREVIEW_BYTES = 16 * 1024;

/** RFC 8621 §4.7, §4.8, §4.9: messages that come as bytes. */
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
          const email = importShape.safeParse(given);
          if (!email.success) throw refuse('invalidProperties', email.error.issues[0]?.message ?? 'invalid');
          const metadata = appendMetadata(given, mailboxIds, context);
          const append = {
            ...metadata,
            raw: asMessage(await blobs.read(context.resolve(email.data.blobId))),
          };
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
      for (const [creationId, { id, ...given }] of Object.entries(args.create)) {
        await outcome.create(creationId, async () => {
          const [row] = typeof id === 'string' ? await from.index.emails([context.resolve(id)]) : [];
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

  'Email/parse': method(MAIL, parseArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    const blobs = new Blobs(account, context.runtime.uploads);
    const plan = emailPlan(args.properties ?? PARSE_PROPERTIES, args, context.bodies);
    const parsed: Record<Id, JsonObject> = {};
    const notParsable: Id[] = [];
    const notFound: Id[] = [];
    await mapConcurrently(args.blobIds, async (given) => {
      const blobId = context.resolve(given);
      try {
        const raw = await blobs.read(blobId);
        if (parseHeaderBlock(raw).length === 0) notParsable.push(given);
        else parsed[given] = await viewEmail(await viewed(await MemoryContent.of(raw, blobId)), plan);
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        if (error.code === 'tooLarge') notParsable.push(given);
        else if (error.code === 'blobNotFound' || error.code === 'notFound') notFound.push(given);
        else throw error;
      }
    });
    return { accountId: account.id, parsed, notParsable, notFound };
  }),
};

async function viewed(content: MemoryContent) {
  const structure = content.tree.root;
  const { textBody, htmlBody } = bodyParts(structure);
  const text = [...textBody, ...htmlBody].find((part) => part.type.startsWith('text/'));
  return {
    row: null,
    headers: emailHeaders(await content.header()),
    structure,
    preview: text ? previewOf(text, await content.part(text, PREVIEW_BYTES)) : '',
    content,
  };
}

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
  const orNull = (record: object) => (Object.keys(record).length > 0 ? record : null);
  return { accountId, oldState, newState, created: orNull(created), notCreated: orNull(notCreated) };
}
