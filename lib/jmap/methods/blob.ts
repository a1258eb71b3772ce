import { z } from 'zod';
import { type BlobRef, parseBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { DIGESTS } from '@/lib/jmap/blob/digests';
import { readBlob } from '@/lib/jmap/blob/read';
import { uploadShape, uploadSources } from '@/lib/jmap/blob/upload';
import { wantedIds } from '@/lib/jmap/get';
import { BLOB_TYPES } from '@/lib/jmap/limits';
import { type Methods, method } from '@/lib/jmap/method';
import { invalidProperties, isMissing, MethodError, propertiesOf } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, orNull, SetOutcome } from '@/lib/jmap/set';
import { BLOB, type Id, type JsonObject } from '@/lib/jmap/types';

const uploadArgs = z.strictObject({ accountId: schema.id, create: z.record(schema.id, schema.jsonObject) });
const getArgs = z.strictObject({
  accountId: schema.id,
  ids: z.array(schema.id),
  properties: z.array(z.string()).nullable().default(null),
  offset: schema.unsigned.nullable().default(null),
  length: schema.unsigned.nullable().default(null),
});
const lookupArgs = z.strictObject({
  accountId: schema.id,
  typeNames: z.array(z.string()),
  ids: z.array(schema.id),
});

const PROPERTIES = new Set([
  'id',
  'data',
  'data:asText',
  'data:asBase64',
  'size',
  ...Object.keys(DIGESTS).map((name) => `digest:${name}`),
]);

/** RFC 9404. */
export const blob: Methods = {
  'Blob/upload': method(BLOB, uploadArgs, async (args, context) => {
    checkSetSize({ ...args, ifInState: null, update: null, destroy: null });
    const account = await context.account(args.accountId);
    const outcome = new SetOutcome(context);
    for (const [creationId, given] of Object.entries(args.create)) {
      await outcome.create(creationId, async () => {
        const wanted = uploadShape.safeParse(given);
        if (!wanted.success)
          throw invalidProperties(propertiesOf(wanted.error), wanted.error.issues[0]?.message ?? 'invalid');
        const { id, size } = await uploadSources(account, wanted.data.data, context);
        return { id, type: wanted.data.type ?? 'application/octet-stream', size };
      });
    }
    const { created, notCreated } = outcome;
    return { accountId: account.id, created: orNull(created), notCreated: orNull(notCreated) };
  }),

  'Blob/get': method(BLOB, getArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    const properties = args.properties ?? ['data', 'size'];
    const unknown = properties.find((property) => !PROPERTIES.has(property));
    if (unknown !== undefined) throw new MethodError('invalidArguments', `There is no property ${unknown}`);
    const list: JsonObject[] = [];
    const notFound: Id[] = [];
    for (const id of wantedIds(args.ids, context) ?? []) {
      try {
        list.push(await readBlob(account, id, { ...args, properties: new Set(properties) }, context));
      } catch (error) {
        if (!isMissing(error)) throw error;
        notFound.push(id);
      }
    }
    return { accountId: account.id, list, notFound };
  }),

  'Blob/lookup': method(BLOB, lookupArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    const unknown = args.typeNames.find((name) => !BLOB_TYPES.includes(name));
    if (unknown !== undefined) throw new MethodError('unknownDataType', unknown);
    const blobs = new Blobs(account, context.runtime.uploads);
    const list: JsonObject[] = [];
    const notFound: Id[] = [];
    for (const id of wantedIds(args.ids, context) ?? []) {
      const ref = parseBlobId(id);
      const emailId = ref && emailOf(ref);
      const [row] = emailId ? await account.index.emails([emailId]) : [];
      if (!row && !(await exists(blobs, id))) {
        notFound.push(id);
        continue;
      }
      const found: Record<string, Id[]> = row
        ? { Email: [row.id], Thread: [row.threadId], Mailbox: row.mailboxIds }
        : {};
      list.push({
        id,
        matchedIds: Object.fromEntries(args.typeNames.map((name) => [name, found[name] ?? []])),
      });
    }
    return { accountId: account.id, list, notFound };
  }),
};

function emailOf(ref: BlobRef): Id | null {
  if (ref.kind === 'inner' || ref.kind === 'file') return emailOf(ref.of);
  return ref.kind === 'upload' ? null : ref.emailId;
}

async function exists(blobs: Blobs, id: Id): Promise<boolean> {
  try {
    await blobs.size(id);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
