import { z } from 'zod';
import { MemoryContent } from '@/lib/jmap/email/content';
import { bodyArgs, emailPlan, PARSE_PROPERTIES } from '@/lib/jmap/email/plan';
import { type Viewed, viewEmail } from '@/lib/jmap/email/view';
import { type Methods, method } from '@/lib/jmap/method';
import * as schema from '@/lib/jmap/schema';
import { type Id, MAIL } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { emailHeaders, parseHeaderBlock } from '@/lib/mime/header';
import { previewOf } from '@/lib/mime/preview';
import { parseBlobs } from './parse-blobs';

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
    const plan = emailPlan(args.properties ?? PARSE_PROPERTIES, args, context.bodies);
    return parseBlobs(account, args.blobIds, context, async (raw, blobId) => {
      if (parseHeaderBlock(raw).length === 0) return null;
      return viewEmail(await viewed(await MemoryContent.of(raw, blobId), blobId, raw), plan);
    });
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
