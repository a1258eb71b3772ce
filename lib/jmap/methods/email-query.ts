import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import type { EmailQuery, EmailQueryResult } from '@/lib/index/types';
import type { Context } from '@/lib/jmap/context';
import { emailCondition } from '@/lib/jmap/email/condition';
import { hasWords, searchFilter } from '@/lib/jmap/email/search';
import { checkFilter, isOperator } from '@/lib/jmap/filter';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { EMAIL_SORTS } from '@/lib/jmap/session';
import { checkSort } from '@/lib/jmap/sort';
import {
  type Comparator,
  type EmailFilterCondition,
  type Filter,
  type JsonObject,
  MAIL,
} from '@/lib/jmap/types';
import { cappedLimit } from '@/lib/jmap/window';

const DEFAULT_SORT: Comparator[] = [{ property: 'receivedAt', isAscending: false }];
/** A mailbox never seen is read this far before the first answer. */
const FIRST_WINDOW = 50;

const queryArgs = z.strictObject({
  ...schema.query,
  collapseThreads: z.boolean().default(false),
  /** Gatepost: what the index knows, at once; the same query without it asks the mail server too. */
  'gatepost:indexOnly': z.boolean().default(false),
  /** Gatepost: so far back the mail server searches, where that would take long; the same query without it searches all. */
  'gatepost:backTo': schema.utcDate.nullable().default(null),
});
const changesArgs = z.strictObject({ ...schema.queryChanges, collapseThreads: z.boolean().default(false) });

/** RFC 8621 §4.4, §4.5. */
export const emailQuery: Methods = {
  'Email/query': method(MAIL, queryArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    const filter = checkedFilter(args.filter, context);
    const { limit, told } = cappedLimit(args.limit);
    await look(account, filter, Math.max(FIRST_WINDOW, limit));
    const backTo = args['gatepost:backTo'];
    const since = backTo === null ? null : Date.parse(backTo);
    const reach = { indexOnly: args['gatepost:indexOnly'], since, left: context.left };
    const searched = await searchFilter(account, filter, reach);
    const query: EmailQuery = {
      filter: searched.filter,
      sort: checkedSort(args.sort),
      collapseThreads: args.collapseThreads,
      position: args.position,
      anchor: args.anchor,
      anchorOffset: args.anchorOffset,
      limit,
    };
    const result = await readOn(account, filter, query);
    return {
      accountId: account.id,
      queryState: result.queryState,
      canCalculateChanges: result.canCalculateChanges && !searched.hasWords,
      position: result.position,
      ids: result.ids,
      ...(args.calculateTotal ? { total: result.total } : {}),
      ...told,
      ...(searched.partial === null ? {} : { 'gatepost:partial': searched.partial }),
      ...(searched.partial === 'older' ? { 'gatepost:backTo': backTo } : {}),
    };
  }),

  'Email/queryChanges': method(MAIL, changesArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    const filter = checkedFilter(args.filter, context);
    if (hasWords(filter)) throw new MethodError('cannotCalculateChanges', 'A search for words is done anew');
    const query: EmailQuery = {
      filter,
      sort: checkedSort(args.sort),
      collapseThreads: args.collapseThreads,
      position: 0,
      anchor: null,
      anchorOffset: 0,
      limit: 0,
    };
    const changes = await account.index.queryChanges(
      query,
      args.sinceQueryState,
      // Counted below: too many are another error than a state too old.
      null,
      args.upToId,
    );
    const count = changes.removed.length + changes.added.length;
    if (args.maxChanges !== null && count > args.maxChanges) throw new MethodError('tooManyChanges');
    const { oldQueryState, newQueryState, total, removed, added } = changes;
    return {
      accountId: account.id,
      oldQueryState,
      newQueryState,
      ...(args.calculateTotal ? { total } : {}),
      removed,
      added,
    };
  }),
};

function checkedFilter(
  filter: Filter<JsonObject> | null,
  context: Context,
): Filter<EmailFilterCondition> | null {
  if (filter === null) return null;
  const resolve = (node: Filter<EmailFilterCondition>): Filter<EmailFilterCondition> => {
    if (isOperator(node)) return { ...node, conditions: node.conditions.map(resolve) };
    return node.inMailbox === undefined ? node : { ...node, inMailbox: context.resolve(node.inMailbox) };
  };
  return resolve(checkFilter(filter, emailCondition));
}

function checkedSort(sort: Comparator[] | null): Comparator[] {
  if (sort === null || sort.length === 0) return DEFAULT_SORT;
  checkSort(sort, EMAIL_SORTS);
  for (const { property, keyword } of sort) {
    if (/Keyword$/.test(property) && keyword === undefined) {
      throw new MethodError('invalidArguments', `${property} needs a keyword`);
    }
  }
  return sort;
}

/** The mailbox that a filter looks into is made sure of; a query over all mailboxes answers from what is known. */
async function look(
  account: Account,
  filter: Filter<EmailFilterCondition> | null,
  window: number,
): Promise<void> {
  const mailboxId = filter && mailboxOf(filter);
  await account.listed();
  if (mailboxId) await account.look(mailboxId, window);
}

/** The whole of a mailbox can be listed, also where only the mail of some days was read ahead. */
async function readOn(
  account: Account,
  asked: Filter<EmailFilterCondition> | null,
  query: EmailQuery,
): Promise<EmailQueryResult> {
  const result = await account.index.query(query);
  const isEnd = query.limit > 0 && result.position + query.limit >= result.total;
  if (!isEnd || !asked || isOperator(asked) || Object.keys(asked).join() !== 'inMailbox') return result;
  const isLonger = await account.readOlder(asked.inMailbox ?? '', query.limit);
  return isLonger ? account.index.query(query) : result;
}

function mailboxOf(filter: Filter<EmailFilterCondition>): string | null {
  if (!isOperator(filter)) return filter.inMailbox ?? null;
  if (filter.operator !== 'AND') return null;
  return filter.conditions.map(mailboxOf).find((id) => id !== null) ?? null;
}
