import { z } from 'zod';
import { changesLimit, changesResponse } from '@/lib/jmap/changes';
import { mapConcurrently } from '@/lib/jmap/concurrent';
import { StoredContent } from '@/lib/jmap/email/content';
import { unlessGone } from '@/lib/jmap/email/gone';
import { bodyArgs, emailPlan, GET_PROPERTIES } from '@/lib/jmap/email/plan';
import { viewEmail } from '@/lib/jmap/email/view';
import { wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { type Id, type JsonObject, MAIL } from '@/lib/jmap/types';

const getArgs = {
  /** A row is shown before its preview, which takes the mail server longer than all else of it (docs/jmap.md). */
  'gatepost:previewsLater': z.boolean().default(false),
};

/** RFC 8621 §4.2, §4.3. */
export const emailGet: Methods = {
  'Email/get': method(
    MAIL,
    z.strictObject({ ...schema.get, ...bodyArgs, ...getArgs }),
    async (args, context) => {
      const account = await context.account(args.accountId);
      const ids = wantedIds(args.ids, context);
      if (ids === null) throw new MethodError('requestTooLarge', 'The ids of the emails are needed');
      const later = args['gatepost:previewsLater'];
      const plan = emailPlan(args.properties ?? GET_PROPERTIES, args, context.bodies, later);
      const state = await account.index.state();
      const rows = await account.emails(ids, plan.details, later);
      const found = new Map<Id, JsonObject>();
      await mapConcurrently(rows, async (row) => {
        const { headers, structure, preview } = row;
        const content = new StoredContent(account, row);
        const view = () => viewEmail({ stored: row, headers, structure, preview, content }, plan);
        const email = await unlessGone(account, row.id, view);
        if (email) found.set(row.id, email);
      });
      return {
        accountId: account.id,
        state,
        list: ids.flatMap((id) => found.get(id) ?? []),
        notFound: ids.filter((id) => !found.has(id)),
      };
    },
  ),

  'Email/changes': method(MAIL, schema.changes, async (args, context) => {
    const account = await context.account(args.accountId);
    const changes = await account.index.changes('Email', args.sinceState, changesLimit(args.maxChanges));
    return changesResponse(account.id, changes);
  }),
};
