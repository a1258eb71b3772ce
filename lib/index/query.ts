/** Email/query over the index (RFC 8621 §4.4, RFC 8620 §5.5). */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { DialectName } from '@/lib/db/migration';
import { selectRows } from '@/lib/db/select-rows';
import { RequestError } from '@/lib/errors';
import type { Id, State } from '@/lib/jmap/types';
import { type AccountRow, sinceCounter, stateOf } from './account-row';
import type { Aside } from './aside';
import type { Sql } from './bulk';
import { EmailColumns } from './columns';
import { compileFilter, isNarrow, isOnlyMailbox, mailboxOf } from './filter';
import { DatedList, type ResultList, readWhole, type WholeList } from './result-list';
import { compileSort, receivedAtOnly } from './sort';
import type { EmailQuery, EmailQueryResult } from './types';

/** RFC 8620 §5.5: the server may answer fewer than asked. */
const MAX_LIMIT = 500;
/** Of so many Emails a list is made on the thread beside, if there is one: half a second for 100,000. */
const MANY = 20_000;
/** Lists kept of one account, each of one question at one state of its Emails. */
const MAX_LISTS = 4;

export interface Plan {
  list: ResultList;
  canCalculateChanges: boolean;
  /** Another Email of the Thread can move an Email in or out. */
  byThread: boolean;
  queryState: State;
}

type Question = Pick<EmailQuery, 'filter' | 'sort' | 'collapseThreads'>;

/** Keeps the lists that were computed last. */
export class ListCache {
  readonly #lists = new Map<string, WholeList>();

  #once = '';

  /** null when it is asked for the first time: then it may be the last time, too. */
  async second(key: string, read: () => Promise<WholeList>): Promise<WholeList | null> {
    if (this.#lists.has(key) || this.#once === key) return this.get(key, read);
    this.#once = key;
    return null;
  }

  async get(key: string, read: () => Promise<WholeList>): Promise<WholeList> {
    const known = this.#lists.get(key);
    this.#lists.delete(key);
    const list = known ?? (await read());
    this.#lists.set(key, list);
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= MAX_LISTS) break;
      this.#lists.delete(oldest);
    }
    return list;
  }
}

interface PlanContext extends Sql {
  account: AccountRow;
  cache: ListCache;
  aside: Pick<Aside, 'select'> | null;
}

export async function plan(context: PlanContext, question: Question): Promise<Plan> {
  const { filter, sort, collapseThreads } = question;
  const { account } = context;
  const direction = receivedAtOnly(sort);
  // A collapsed list oldest first is led by the oldest of each Thread, which no index knows.
  const paged = direction !== null && (!collapseThreads || direction === 'desc');
  if (paged && isOnlyMailbox(filter)) return datedPlan(context, question, direction);
  const { mailboxes, emails } = await mailboxKeys(context);
  const named = mailboxOf(filter);
  const columns = new EmailColumns(named === null ? null : (mailboxes.get(named) ?? 0), isNarrow(filter));
  const where = filter
    ? compileFilter({ ...context, account: account.key, mailboxes, columns }, filter)
    : null;
  const order = compileSort(columns, sort);
  const queryState = queryStateOf(account, columns.usesDetails, question);
  const result = (list: ResultList): Plan => ({
    list,
    canCalculateChanges: !columns.usesText,
    byThread: collapseThreads || columns.usesThread,
    queryState,
  });
  const thread = sql.ref(columns.thread);
  const select = sql`${sql.ref(columns.key)} as key, ${thread} as thread from ${columns.from(account.key)}
    ${where ? sql`and ${where}` : sql``} order by ${order}`;
  // Text can match other Emails while the state stands still; its hits are few, the start of a thread would take longer.
  if (columns.usesText) return result(await readWhole(context, select, collapseThreads));
  const key = await listKey(context, columns.usesDetails, question);
  const aside = emails < MANY ? null : context.aside;
  return result(await context.cache.get(key, () => readWhole(context, select, collapseThreads, aside)));
}

/** Another one with every change of an Email, not of what mailboxes count: making a list of 100,000 takes half a second. */
async function listKey(
  { db, account }: Sql & { account: AccountRow },
  usesDetails: boolean,
  { filter, sort, collapseThreads }: Question,
): Promise<string> {
  const [last] = await selectRows<{ created: number | null; updated: number | null; gone: number | null }>(
    db,
    `select (select max(created_at) from email where account = ?) as created,
       (select max(updated_at) from email where account = ? and updated_at is not null) as updated,
       (select max(destroyed_at) from tombstone where account = ?) as gone`,
    [account.key, account.key, account.key],
  );
  // Tombstones that were pruned are told by `forgotten`.
  const state = [account.epoch, account.forgotten, last?.created, last?.updated, last?.gone];
  return JSON.stringify([state, usesDetails ? account.details : 0, filter, sort, collapseThreads]);
}

/** What is asked most: one mailbox, newest first. */
async function datedPlan(context: PlanContext, question: Question, direction: 'asc' | 'desc'): Promise<Plan> {
  const { db, account, cache } = context;
  const collapse = question.collapseThreads;
  const [row] = await selectRows<{ key: number; total_emails: number; total_threads: number }>(
    db,
    'select key, total_emails, total_threads from mailbox where account = ? and id = ?',
    [account.key, mailboxOf(question.filter)],
  );
  const total = (collapse ? row?.total_threads : row?.total_emails) ?? 0;
  const keep = async (read: () => Promise<WholeList>) =>
    cache.second(await listKey(context, false, question), read);
  return {
    list: new DatedList(context, { mailbox: row?.key ?? 0, total, collapse, direction }, keep),
    canCalculateChanges: true,
    byThread: collapse,
    queryState: queryStateOf(account, false, question),
  };
}

/** @throws anchorNotFound */
export async function runQuery(
  context: Sql,
  made: Plan,
  query: EmailQuery,
  accountKey: number,
): Promise<EmailQueryResult> {
  const { list, queryState, canCalculateChanges } = made;
  const total = await list.total();
  const position = await startOf(context, list, query, total, accountKey);
  const keys = await list.slice(position, Math.max(0, Math.min(query.limit, MAX_LIMIT)));
  return { ids: await idsOf(context, keys), position, total, queryState, canCalculateChanges };
}

async function startOf(
  { db }: Sql,
  list: ResultList,
  { anchor, anchorOffset, position }: EmailQuery,
  total: number,
  accountKey: number,
): Promise<number> {
  if (anchor === null) return position < 0 ? Math.max(0, total + position) : position;
  const row = await db
    .selectFrom('email')
    .select('key')
    .where('account', '=', accountKey)
    .where('id', '=', anchor)
    .executeTakeFirst();
  const found = row && (await list.positions([row.key])).get(row.key);
  if (found === undefined) throw new RequestError('anchorNotFound', 'The anchor is not in the results');
  return Math.max(0, found + anchorOffset);
}

const IDS_OF: Record<DialectName, string> = {
  sqlite: 'select key, id from email where key in (select value from json_each(?))',
  postgres: 'select key, id from email where key = any(?::bigint[])',
};

/** In the same order. */
export async function idsOf({ db, dialect }: Sql, keys: number[]): Promise<Id[]> {
  if (keys.length === 0) return [];
  const list = dialect === 'sqlite' ? JSON.stringify(keys) : keys;
  const rows = await selectRows<{ key: number; id: Id }>(db, IDS_OF[dialect], [list]);
  const ids = new Map(rows.map(({ key, id }) => [key, id]));
  return keys.flatMap((key) => ids.get(key) ?? []);
}

/** @returns also how many Emails they hold, those that are in several counted in each */
async function mailboxKeys({
  db,
  account,
}: PlanContext): Promise<{ mailboxes: Map<Id, number>; emails: number }> {
  const rows = await db
    .selectFrom('mailbox')
    .select(['id', 'key', 'total_emails'])
    .where('account', '=', account.key)
    .execute();
  return {
    mailboxes: new Map(rows.map(({ id, key }) => [id, key])),
    emails: rows.reduce((sum, { total_emails }) => sum + total_emails, 0),
  };
}

/** The state of the account, of the details where they matter, and the question itself. */
function queryStateOf(account: AccountRow, usesDetails: boolean, question: Question): State {
  const { filter, sort, collapseThreads } = question;
  const text = JSON.stringify([filter, sort, collapseThreads]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `${stateOf(account)}.${usesDetails ? account.details : 0}.${hash}`;
}

/** The counter that a query state stands for. @throws cannotCalculateChanges if it is of another question */
export function sinceQuery(account: AccountRow, current: State, since: State): number {
  const [, , details, hash] = since.split('.');
  const [, , currentDetails, currentHash] = current.split('.');
  if (details !== currentDetails || hash !== currentHash) {
    throw new RequestError(
      'cannotCalculateChanges',
      'The state is of another query, or its sort keys changed',
    );
  }
  return sinceCounter(account, since);
}
