import { z } from 'zod';
import { changesLimit, changesResponse } from '@/lib/jmap/changes';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { MAILBOX_PROPERTIES, toMailbox } from '@/lib/jmap/mailbox';
import { type Methods, method } from '@/lib/jmap/method';
import * as schema from '@/lib/jmap/schema';
import { MAIL } from '@/lib/jmap/types';

/** RFC 8621 §2.1, §2.2. */
export const mailboxGet: Methods = {
  'Mailbox/get': method(MAIL, z.strictObject(schema.get), async (args, context) => {
    const account = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, MAILBOX_PROPERTIES);
    const all = await account.mailboxes();
    // The state is read after the list was made sure of, and before the rows are read again for it.
    const state = await account.index.state();
    const wanted = ids && new Set(ids);
    const found = all.filter(({ id }) => !wanted || wanted.has(id)).map(toMailbox);
    return getResponse(account.id, state, found, { ids, properties });
  }),

  'Mailbox/changes': method(MAIL, schema.changes, async (args, context) => {
    const account = await context.account(args.accountId);
    const changes = await account.index.changes('Mailbox', args.sinceState, changesLimit(args.maxChanges));
    return { ...changesResponse(account.id, changes), updatedProperties: changes.updatedProperties ?? null };
  }),
};
