import { z } from 'zod';
import { changesLimit, changesResponse } from '@/lib/jmap/changes';
import { filterMatcher } from '@/lib/jmap/filter';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { MAX_CHANGES } from '@/lib/jmap/limits';
import { type Methods, method } from '@/lib/jmap/method';
import { listChanges } from '@/lib/jmap/query-changes';
import * as schema from '@/lib/jmap/schema';
import { checkSort } from '@/lib/jmap/sort';
import {
  type Comparator,
  type EmailSubmission,
  type Filter,
  type Id,
  type JsonObject,
  SUBMISSION,
} from '@/lib/jmap/types';
import { visible } from '@/lib/jmap/visible';
import { windowOf } from '@/lib/jmap/window';
import type { Outbox } from '@/lib/outbox/types';

const PROPERTIES = new Set([
  'id',
  'identityId',
  'emailId',
  'threadId',
  'envelope',
  'sendAt',
  'undoStatus',
  'deliveryStatus',
  'dsnBlobIds',
  'mdnBlobIds',
  'gatepost:state',
  'gatepost:messageId',
  'gatepost:code',
  'gatepost:serverText',
  'gatepost:nextTryAt',
  'gatepost:timeline',
]);
const SORTS = ['emailId', 'threadId', 'sentAt', 'sendAt'];

const condition = z.strictObject({
  identityIds: z.array(schema.id).optional(),
  emailIds: z.array(schema.id).optional(),
  threadIds: z.array(schema.id).optional(),
  undoStatus: z.enum(['pending', 'final', 'canceled']).optional(),
  before: schema.utcDate.optional(),
  after: schema.utcDate.optional(),
  /** Gatepost: not (yet) with everybody whom it was written to, and not called back. */
  'gatepost:open': z.boolean().optional(),
  'gatepost:messageIds': z.array(z.string()).optional(),
});
type Condition = z.infer<typeof condition>;

/** RFC 8621 §7.1-7.4. */
export const submissionGet: Methods = {
  'EmailSubmission/get': method(SUBMISSION, z.strictObject(schema.get), async (args, context) => {
    const account = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, PROPERTIES);
    const { outbox } = context.runtime;
    const state = await outbox.state(account.id);
    const found = (await outbox.get(account.id, ids)).map((submission) => visible(submission, context));
    if (properties?.includes('gatepost:timeline')) {
      const told = await outbox.timelines(
        account.id,
        found.map(({ id }) => id),
      );
      for (const submission of found) submission['gatepost:timeline'] = told.get(submission.id) ?? [];
    }
    return getResponse(account.id, state, found, { ids, properties });
  }),

  'EmailSubmission/changes': method(SUBMISSION, schema.changes, async (args, context) => {
    const { id } = await context.account(args.accountId);
    const changes = await context.runtime.outbox.changes(id, args.sinceState, changesLimit(args.maxChanges));
    return changesResponse(id, changes);
  }),

  'EmailSubmission/query': method(SUBMISSION, z.strictObject(schema.query), async (args, context) => {
    const { id } = await context.account(args.accountId);
    const { outbox } = context.runtime;
    const queryState = await outbox.state(id);
    const all = await select(outbox, id, args);
    return {
      accountId: id,
      queryState,
      canCalculateChanges: true,
      ...windowOf(all, args),
      ...(args.calculateTotal ? { total: all.length } : {}),
    };
  }),

  'EmailSubmission/queryChanges': method(
    SUBMISSION,
    z.strictObject(schema.queryChanges),
    async (args, context) => {
      const { id } = await context.account(args.accountId);
      const { outbox } = context.runtime;
      const changes = await outbox.changes(id, args.sinceQueryState, MAX_CHANGES);
      return { accountId: id, ...listChanges(changes, await select(outbox, id, args), args) };
    },
  ),
};

async function select(
  outbox: Outbox,
  accountId: Id,
  { filter, sort }: { filter: Filter<JsonObject> | null; sort: Comparator[] | null },
): Promise<Id[]> {
  const matches = filterMatcher(filter, condition, matchesCondition);
  const found = (await outbox.get(accountId, await outbox.query(accountId, null))).filter(matches);
  return found.sort(comparison(sort ?? [])).map(({ id }) => id);
}

function matchesCondition(submission: EmailSubmission, wanted: Condition): boolean {
  const { identityIds, emailIds, threadIds, undoStatus, before, after } = wanted;
  if (identityIds && !identityIds.includes(submission.identityId)) return false;
  if (emailIds && !emailIds.includes(submission.emailId)) return false;
  if (threadIds && !threadIds.includes(submission.threadId)) return false;
  if (undoStatus && submission.undoStatus !== undoStatus) return false;
  const messageIds = wanted['gatepost:messageIds'];
  if (messageIds && !messageIds.includes(submission['gatepost:messageId'] ?? '')) return false;
  const open = wanted['gatepost:open'];
  if (open !== undefined && isOpen(submission) !== open) return false;
  const sendAt = Date.parse(submission.sendAt);
  if (before !== undefined && sendAt >= Date.parse(before)) return false;
  return after === undefined || sendAt >= Date.parse(after);
}

function isOpen({ undoStatus, deliveryStatus, 'gatepost:state': state }: EmailSubmission): boolean {
  if (undoStatus !== 'final') return undoStatus === 'pending';
  return state !== 'sent' || Object.values(deliveryStatus ?? {}).some(({ delivered }) => delivered === 'no');
}

/** RFC 8621 §7.3 names the sort "sentAt"; the property is sendAt. Newest first where nothing was asked. */
function comparison(sort: Comparator[]): (a: EmailSubmission, b: EmailSubmission) => number {
  checkSort(sort, SORTS);
  const value = (submission: EmailSubmission, property: string) =>
    property === 'emailId'
      ? submission.emailId
      : property === 'threadId'
        ? submission.threadId
        : submission.sendAt;
  const comparators = sort.length > 0 ? sort : [{ property: 'sendAt', isAscending: false }];
  return (a, b) => {
    for (const { property, isAscending } of comparators) {
      const [left, right] = [value(a, property), value(b, property)];
      if (left !== right) return left < right === (isAscending !== false) ? -1 : 1;
    }
    return a.id < b.id ? -1 : 1;
  };
}
