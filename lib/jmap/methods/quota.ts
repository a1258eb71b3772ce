import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { quotaState, quotasOf } from '@/lib/account/quotas';
import type { Context } from '@/lib/jmap/context';
import { filterMatcher } from '@/lib/jmap/filter';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { MethodError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { hasQuotas } from '@/lib/jmap/session';
import { checkSort } from '@/lib/jmap/sort';
import { type Comparator, type Id, QUOTA, type Quota, type State } from '@/lib/jmap/types';
import { windowOf } from '@/lib/jmap/window';

const PROPERTIES = new Set([
  'id',
  'resourceType',
  'used',
  'hardLimit',
  'scope',
  'name',
  'types',
  'warnLimit',
  'softLimit',
  'description',
]);

const condition = z.strictObject({
  name: z.string().optional(),
  scope: z.string().optional(),
  resourceType: z.string().optional(),
  type: z.string().optional(),
});
type Condition = z.infer<typeof condition>;

/** RFC 9425. The limits are the mail server's, asked each time: nobody tells when they move. */
export const quota: Methods = {
  'Quota/get': method(QUOTA, z.strictObject(schema.get), async (args, context) => {
    const account = await quotaAccount(args.accountId, context);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, PROPERTIES);
    const { all, state } = await quotasAt(account, context);
    const found = all.filter(({ id }) => !ids || ids.includes(id));
    return getResponse(account.id, state, found, { ids, properties });
  }),

  'Quota/changes': method(QUOTA, schema.changes, async (args, context) => {
    const account = await quotaAccount(args.accountId, context);
    const { state } = await quotasAt(account, context);
    checkUnchanged(state, args.sinceState);
    const nothing = {
      hasMoreChanges: false,
      updatedProperties: null,
      created: [],
      updated: [],
      destroyed: [],
    };
    return { accountId: account.id, oldState: state, newState: state, ...nothing };
  }),

  'Quota/query': method(QUOTA, z.strictObject(schema.query), async (args, context) => {
    const account = await quotaAccount(args.accountId, context);
    const { ids, queryState } = await select(account, args, context);
    return {
      accountId: account.id,
      queryState,
      canCalculateChanges: false,
      ...windowOf(ids, args),
      ...(args.calculateTotal ? { total: ids.length } : {}),
    };
  }),

  'Quota/queryChanges': method(QUOTA, z.strictObject(schema.queryChanges), async (args, context) => {
    const account = await quotaAccount(args.accountId, context);
    const { ids, queryState } = await select(account, args, context);
    checkUnchanged(queryState, args.sinceQueryState);
    return {
      accountId: account.id,
      oldQueryState: queryState,
      newQueryState: queryState,
      ...(args.calculateTotal ? { total: ids.length } : {}),
      removed: [],
      added: [],
    };
  }),
};

/** Of a server that was never signed in to nothing is known: it is asked. */
async function quotaAccount(id: Id, context: Context): Promise<Account> {
  const { runtime } = context;
  const account = await context.account(id);
  const offer = await runtime.offers.of(account.record);
  const isUnknown = account.record.kind === 'imap' && offer === null;
  if (!isUnknown && !hasQuotas(account.record, runtime.config, offer)) throw nothingLimits();
  return account;
}

function nothingLimits(): MethodError {
  return new MethodError('accountNotSupportedByMethod', 'Nothing limits the account');
}

type Selection = Pick<z.infer<z.ZodObject<typeof schema.query>>, 'filter' | 'sort'>;

async function select(
  account: Account,
  { filter, sort }: Selection,
  context: Context,
): Promise<{ ids: Id[]; queryState: State }> {
  const matches = filterMatcher(filter, condition, matchesCondition);
  const compare = comparison(sort ?? []);
  const { all, state } = await quotasAt(account, context);
  const found = all.filter(matches).sort(compare);
  return { ids: found.map(({ id }) => id), queryState: state };
}

function checkUnchanged(state: State, since: State): void {
  if (state !== since) throw new MethodError('cannotCalculateChanges');
}

/** A state that nobody knew of is a change for whoever listens. */
async function quotasAt(account: Account, { runtime }: Context): Promise<{ all: Quota[]; state: State }> {
  const all = await quotasOf(account);
  if (!all) throw nothingLimits();
  const state = quotaState(all);
  await runtime.told.tell(account.record, 'Quota', state);
  return { all, state };
}

function matchesCondition({ name, scope, resourceType, types }: Quota, wanted: Condition): boolean {
  if (wanted.name !== undefined && !name.toLowerCase().includes(wanted.name.toLowerCase())) return false;
  if (wanted.scope !== undefined && scope !== wanted.scope) return false;
  if (wanted.resourceType !== undefined && resourceType !== wanted.resourceType) return false;
  return wanted.type === undefined || types.includes(wanted.type);
}

function comparison(sort: Comparator[]): (a: Quota, b: Quota) => number {
  checkSort(sort, ['name', 'used']);
  return (a, b) => {
    for (const { property, isAscending } of sort) {
      const order = property === 'name' ? a.name.localeCompare(b.name) : a.used - b.used;
      if (order !== 0) return isAscending === false ? -order : order;
    }
    return a.id < b.id ? -1 : 1;
  };
}
