import { z } from 'zod';
import { changesLimit, changesResponse } from '@/lib/jmap/changes';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { MAIL } from '@/lib/jmap/types';

const PROPERTIES = new Set(['id', 'emailIds']);

/** RFC 8621 §3. */
export const thread: Methods = {
  'Thread/get': method(MAIL, z.strictObject(schema.get), async (args, context) => {
    const account = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    // All threads at once are never what a client means.
    if (ids === null) throw new MethodError('requestTooLarge', 'The ids of the threads are needed');
    const properties = checkProperties(args.properties, PROPERTIES);
    const state = await account.index.state();
    return getResponse(account.id, state, await account.index.threads(ids), { ids, properties });
  }),

  'Thread/changes': method(MAIL, schema.changes, async (args, context) => {
    const account = await context.account(args.accountId);
    const changes = await account.index.changes('Thread', args.sinceState, changesLimit(args.maxChanges));
    return changesResponse(account.id, changes);
  }),
};
