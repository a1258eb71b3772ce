import { z } from 'zod';
import { Blobs } from '@/lib/account/blobs';
import { MailError } from '@/lib/errors';
import { mapConcurrently } from '@/lib/jmap/concurrent';
import { MemoryContent } from '@/lib/jmap/email/content';
import { bodyArgs, emailPlan, PARSE_PROPERTIES } from '@/lib/jmap/email/plan';
import { type Viewed, viewEmail } from '@/lib/jmap/email/view';
import { MAX_PARSED_AT_ONCE } from '@/lib/jmap/limits';
import { type Methods, method } from '@/lib/jmap/method';
import { isMissing, MethodError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { orNull } from '@/lib/jmap/set';
import { type Id, type JsonObject, MAIL } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { emailHeaders, parseHeaderBlock } from '@/lib/mime/header';
import { previewOf } from '@/lib/mime/preview';

const parseArgs = z.strictObject({
  accountId: schema.id,
  blobIds: z.array(schema.id),
  properties: z.array(z.string()).nullable().default(null),
  ...bodyArgs,
});
/** Enough of a text part for its preview. */
const PREVIEW_BYTES = 16 * 1024;

/** RFC 8621 §4.9. */
export const emailParse: Methods = {
  'Email/parse': method(MAIL, parseArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    if (args.blobIds.length > MAX_PARSED_AT_ONCE)
      throw new MethodError('requestTooLarge', `At most ${MAX_PARSED_AT_ONCE} blobs at once`);
    const blobs = new Blobs(account, context.runtime.uploads);
    const plan = emailPlan(args.properties ?? PARSE_PROPERTIES, args, context.bodies);
    const parsed: Record<Id, JsonObject> = {};
    const notParsable: Id[] = [];
    const notFound: Id[] = [];
    await mapConcurrently([...new Set(args.blobIds)], async (given) => {
      const blobId = context.resolve(given);
      try {
        const raw = await blobs.read(blobId);
        if (parseHeaderBlock(raw).length === 0) notParsable.push(given);
        else
          parsed[given] = await viewEmail(
            await viewed(await MemoryContent.of(raw, blobId), blobId, raw),
            plan,
          );
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
  }),
};

async function viewed(content: MemoryContent, blobId: Id, raw: Buffer): Promise<Viewed> {
  const structure = content.tree.root;
  const { textBody, htmlBody } = bodyParts(structure);
  const text = [...textBody, ...htmlBody].find((part) => part.type.startsWith('text/'));
  return {
    stored: { blobId, size: raw.length },
    headers: emailHeaders(await content.header()),
    structure,
    preview: text ? previewOf(text, await content.part(text, PREVIEW_BYTES)) : '',
    content,
  };
}
