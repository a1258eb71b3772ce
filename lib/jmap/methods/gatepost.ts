import { z } from 'zod';
import { type Methods, method } from '@/lib/jmap/method';
import * as schema from '@/lib/jmap/schema';
import { GATEPOST } from '@/lib/jmap/types';

const MAX_SUGGESTIONS = 20;

/** What JMAP has no word for (docs/jmap.md). */
export const gatepost: Methods = {
  'Address/suggest': method(
    GATEPOST,
    z.strictObject({
      accountId: schema.id,
      prefix: z.string().max(200),
      limit: z.int().min(1).max(MAX_SUGGESTIONS).default(8),
    }),
    async ({ accountId, prefix, limit }, context) => {
      const account = await context.account(accountId);
      const list = prefix.trim() === '' ? [] : await account.index.suggest(prefix.trim(), limit);
      return { accountId, list };
    },
  ),

  'EmailSubmission/sendAgain': method(
    GATEPOST,
    z.strictObject({ accountId: schema.id, id: schema.id }),
    async ({ accountId, id }, context) => {
      const account = await context.account(accountId);
      const submission = await context.runtime.outbox.sendAgain(account.id, context.resolve(id));
      return { accountId, submission };
    },
  ),

  'EmailSubmission/lookAgain': method(
    GATEPOST,
    z.strictObject({ accountId: schema.id, id: schema.id }),
    async ({ accountId, id }, context) => {
      const account = await context.account(accountId);
      const submission = await context.runtime.outbox.lookAgain(account.id, context.resolve(id));
      return { accountId, submission };
    },
  ),

  /** "Try again": the connection is checked now. Its failure is the error of the method. */
  'Account/reconnect': method(
    GATEPOST,
    z.strictObject({ accountId: schema.id }),
    async ({ accountId }, context) => {
      const account = await context.account(accountId);
      await account.source.reconnect();
      return { accountId, connection: account.status().connection };
    },
  ),
};
