import { z } from 'zod';
import { Blobs } from '@/lib/account/blobs';
import { bring } from '@/lib/jmap/email/bring';
import { appendMetadata } from '@/lib/jmap/email/create';
import { receivedAtOf } from '@/lib/jmap/email/received-at';
import { rightsOver } from '@/lib/jmap/email/rights';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, isMissing, refuse } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, orNull, SetOutcome } from '@/lib/jmap/set';
import { type JsonObject, MAIL } from '@/lib/jmap/types';
import { parseHeaderBlock } from '@/lib/mime/header';

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

/** RFC 8621 §4.8. */
export const emailImport: Methods = {
  'Email/import': method(MAIL, importArgs, async (args, context) => {
    checkSetSize({ ...args, create: args.emails, update: null, destroy: null });
    const account = await context.account(args.accountId);
    const rights = rightsOver(await account.mailboxes());
    const blobs = new Blobs(account, context.runtime.uploads);
    const outcome = new SetOutcome(context);
    const plan = async (given: JsonObject) => {
      const blobId = context.resolve(checkedObject(importShape, given).blobId);
      await checkThere(blobs, blobId);
      const metadata = appendMetadata(given, rights, context);
      const isDated = given.receivedAt !== undefined && given.receivedAt !== null;
      return { from: blobs, blobId, metadata, checkHead: (head: Buffer) => checkedHead(head, isDated) };
    };
    const { emails: objects, ifInState } = args;
    const states = await bring({ account, objects, ifInState, plan, context, outcome });
    const { created, notCreated } = outcome;
    return { accountId: account.id, ...states, created: orNull(created), notCreated: orNull(notCreated) };
  }),
};

/** RFC 8621 §4.8: a blob that is not there makes the property invalid. */
async function checkThere(blobs: Blobs, blobId: string): Promise<void> {
  try {
    await blobs.size(blobId);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw invalidProperties(['blobId'], 'There is no such blob');
  }
}

/** RFC 8621 §4.8: `invalidEmail` for what is no message; "time of most recent Received header, or time of import on server if none". */
function checkedHead(head: Buffer, isDated: boolean): { receivedAt?: number } {
  if (parseHeaderBlock(head).length === 0) throw refuse('invalidEmail', 'The blob is no message');
  const receivedAt = isDated ? null : receivedAtOf(head);
  return receivedAt === null ? {} : { receivedAt };
}
