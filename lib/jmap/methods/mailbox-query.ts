import { z } from 'zod';
import { filterMatcher } from '@/lib/jmap/filter';
import { MAX_CHANGES } from '@/lib/jmap/limits';
import { toMailbox } from '@/lib/jmap/mailbox';
import { type Methods, method } from '@/lib/jmap/method';
import { listChanges } from '@/lib/jmap/query-changes';
import * as schema from '@/lib/jmap/schema';
import { checkSort } from '@/lib/jmap/sort';
import { type Comparator, type Id, MAIL, type Mailbox } from '@/lib/jmap/types';
import { windowOf } from '@/lib/jmap/window';

const condition = z.strictObject({
  parentId: schema.id.nullable().optional(),
  name: z.string().optional(),
  role: z.string().nullable().optional(),
  hasAnyRole: z.boolean().optional(),
  isSubscribed: z.boolean().optional(),
});
type Condition = z.infer<typeof condition>;

const tree = { sortAsTree: z.boolean().default(false), filterAsTree: z.boolean().default(false) };
const queryArgs = z.strictObject({ ...schema.query, ...tree });

/** RFC 8621 §2.3, §2.4: an account has few mailboxes, so the whole list is made each time. */
export const mailboxQuery: Methods = {
  'Mailbox/query': method(MAIL, queryArgs, async (args, context) => {
    const account = await context.account(args.accountId);
    const mailboxes = (await account.mailboxes()).map(toMailbox);
    const queryState = await account.index.state();
    const all = select(mailboxes, args);
    return {
      accountId: account.id,
      queryState,
      canCalculateChanges: true,
      ...windowOf(all, args),
      ...(args.calculateTotal ? { total: all.length } : {}),
    };
  }),

  'Mailbox/queryChanges': method(
    MAIL,
    z.strictObject({ ...schema.queryChanges, ...tree }),
    async (args, context) => {
      const account = await context.account(args.accountId);
      const mailboxes = (await account.mailboxes()).map(toMailbox);
      const changes = await account.index.changes('Mailbox', args.sinceQueryState, MAX_CHANGES);
      // Counts are neither filtered nor sorted by.
      const relevant = changes.updatedProperties ? { ...changes, updated: [] } : changes;
      const moved = args.sortAsTree || args.filterAsTree ? below(relevant.updated, mailboxes) : [];
      return { accountId: account.id, ...listChanges(relevant, select(mailboxes, args), args, moved) };
    },
  ),
};

type Selection = Pick<z.infer<typeof queryArgs>, 'filter' | 'sort' | 'sortAsTree' | 'filterAsTree'>;

function select(mailboxes: Mailbox[], args: Selection): Id[] {
  const matches = filterMatcher(args.filter, condition, matchesCondition);
  const sorted = [...mailboxes].sort(comparison(args.sort ?? []));
  const byId = new Map(mailboxes.map((mailbox) => [mailbox.id, mailbox]));
  const passes = (mailbox: Mailbox): boolean => {
    if (!matches(mailbox)) return false;
    const parent = mailbox.parentId === null ? undefined : byId.get(mailbox.parentId);
    return !args.filterAsTree || !parent || passes(parent);
  };
  const ordered = args.sortAsTree ? treeOrder(sorted) : sorted;
  return ordered.filter(passes).map(({ id }) => id);
}

function matchesCondition(mailbox: Mailbox, wanted: Condition): boolean {
  if (wanted.parentId !== undefined && mailbox.parentId !== wanted.parentId) return false;
  if (wanted.name !== undefined && !mailbox.name.toLowerCase().includes(wanted.name.toLowerCase()))
    return false;
  if (wanted.role !== undefined && mailbox.role !== wanted.role) return false;
  if (wanted.hasAnyRole !== undefined && (mailbox.role !== null) !== wanted.hasAnyRole) return false;
  return wanted.isSubscribed === undefined || mailbox.isSubscribed === wanted.isSubscribed;
}

function comparison(sort: Comparator[]): (a: Mailbox, b: Mailbox) => number {
  checkSort(sort, ['name', 'sortOrder']);
  return (a, b) => {
    for (const { property, isAscending } of sort) {
      const order = property === 'name' ? a.name.localeCompare(b.name) : a.sortOrder - b.sortOrder;
      if (order !== 0) return isAscending === false ? -order : order;
    }
    return a.id < b.id ? -1 : 1;
  };
}

/** In a tree, what is below a mailbox moves with it. */
function below(ids: Id[], mailboxes: Mailbox[]): Id[] {
  const found = new Set(ids);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { id, parentId } of mailboxes) if (parentId !== null && found.has(parentId)) found.add(id);
  }
  return [...found];
}

/** Children directly after their parent (`sortAsTree`). */
function treeOrder(sorted: Mailbox[]): Mailbox[] {
  const known = new Set(sorted.map(({ id }) => id));
  const children = groupByParent(sorted, known);
  const under = (parentId: Id | null): Mailbox[] =>
    (children.get(parentId) ?? []).flatMap((mailbox) => [mailbox, ...under(mailbox.id)]);
  return under(null);
}

function groupByParent(sorted: Mailbox[], known: Set<Id>): Map<Id | null, Mailbox[]> {
  const groups = new Map<Id | null, Mailbox[]>();
  for (const mailbox of sorted) {
    const parent = mailbox.parentId !== null && known.has(mailbox.parentId) ? mailbox.parentId : null;
    groups.set(parent, [...(groups.get(parent) ?? []), mailbox]);
  }
  return groups;
}
