/** What `Email/parse` (RFC 8621 §4.9) and `MDN/parse` (RFC 9007 §2.2) have in common. */
import type { Account } from '@/lib/account/account';
import { Blobs } from '@/lib/account/blobs';
import { MailError } from '@/lib/errors';
import { mapConcurrently } from '@/lib/jmap/concurrent';
import type { Context } from '@/lib/jmap/context';
import { MAX_PARSED_AT_ONCE } from '@/lib/jmap/limits';
import { isMissing, MethodError } from '@/lib/jmap/method-error';
import { orNull } from '@/lib/jmap/set';
import type { Id, JsonObject } from '@/lib/jmap/types';

/** `parse` gives null for what is not of its kind. @throws requestTooLarge */
export async function parseBlobs(
  account: Account,
  blobIds: readonly Id[],
  context: Context,
  parse: (raw: Buffer, blobId: Id) => Promise<JsonObject | null>,
): Promise<JsonObject> {
  if (blobIds.length > MAX_PARSED_AT_ONCE)
    throw new MethodError('requestTooLarge', `At most ${MAX_PARSED_AT_ONCE} blobs at once`);
  const blobs = new Blobs(account, context.runtime.uploads);
  const parsed: Record<Id, JsonObject> = {};
  const notParsable: Id[] = [];
  const notFound: Id[] = [];
  await mapConcurrently([...new Set(blobIds)], async (given) => {
    const blobId = context.resolve(given);
    try {
      const found = await parse(await blobs.read(blobId), blobId);
      if (found) parsed[given] = found;
      else notParsable.push(given);
    } catch (error) {
      if (isMissing(error)) notFound.push(given);
      else if (error instanceof MailError && error.code === 'tooLarge') notParsable.push(given);
      else throw error;
    }
  });
  const listOrNull = (ids: Id[]) => (ids.length > 0 ? ids : null);
  return {
    accountId: account.id,
    parsed: orNull(parsed),
    notParsable: listOrNull(notParsable),
    notFound: listOrNull(notFound),
  };
}
