import { z } from 'zod';
import { rawBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { isOwn } from '@/lib/jmap/submission/sender';
import { GATEPOST } from '@/lib/jmap/types';
import { resendMessage } from '@/lib/mime/resent';

/** As the largest that is sent. */
const MAX_MESSAGE = 150_000_000;

const address = z.strictObject({
  name: z.string().max(1000).nullable().default(null),
  email: z.string().max(320),
});
const addresses = z.array(address).max(1000).default([]);

/** What sends a message on to others as it came (docs/jmap.md): a draft of it, for an EmailSubmission to send. */
export const emailRedirect: Methods = {
  'Email/redirect': method(
    GATEPOST,
    z.strictObject({
      accountId: schema.id,
      emailId: schema.id,
      from: address,
      to: addresses,
      cc: addresses,
      bcc: addresses,
    }),
    async ({ accountId, emailId, ...people }, context) => {
      const account = await context.account(accountId);
      const { identities, uploads } = context.runtime;
      if (!isOwn(people.from.email, await identities.list(account.record)))
        throw new MethodError('forbidden', 'No identity of this account has this address');
      const drafts = (await account.mailboxes()).find(({ role }) => role === 'drafts');
      if (!drafts) throw new MethodError('notFound', 'The account has no drafts');
      const original = await new Blobs(account, uploads).read(
        rawBlobId(context.resolve(emailId)),
        MAX_MESSAGE,
      );
      const raw = resendMessage(original, people);
      const id = await account.write((source) =>
        source.append({
          raw,
          mailboxIds: [drafts.id],
          keywords: ['$draft', '$seen'],
          receivedAt: Date.now(),
        }),
      );
      return { accountId, emailId: id };
    },
  ),
};
