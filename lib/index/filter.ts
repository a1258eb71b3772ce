/** The filter of Email/query (RFC 8621 §4.4.1) to SQL. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { RequestError } from '@/lib/errors';
import type { EmailFilterCondition, Id } from '@/lib/jmap/types';
import { isOneOf, type Sql } from './bulk';
import { type EmailColumns, visible } from './columns';
import { matches } from './full-text';
import { keywordBit } from './keywords';
import { escapeLike, like } from './like';
import type { IndexFilter } from './types';

/** What a client may ask (MAX_FILTER_DEPTH), and what a search puts around its words. */
const MAX_DEPTH = 24;

type Condition = EmailFilterCondition & { ids?: Id[] };
type Expression = RawBuilder<SqlBool>;

export interface FilterContext extends Sql {
  account: number;
  /** Ids of all mailboxes to keys. */
  mailboxes: Map<Id, number>;
  columns: EmailColumns;
}

/** The one mailbox in which everything must be that the filter lets through, if it names one. */
export function mailboxOf(filter: IndexFilter | null): Id | null {
  if (filter === null) return null;
  if (!('operator' in filter)) return (filter as Condition).inMailbox ?? null;
  if (filter.operator !== 'AND') return null;
  for (const condition of filter.conditions) {
    const mailbox = mailboxOf(condition);
    if (mailbox !== null) return mailbox;
  }
  return null;
}

/** Nothing but `inMailbox`. */
export function isOnlyMailbox(filter: IndexFilter | null): boolean {
  if (filter === null || 'operator' in filter) return false;
  const names = Object.entries(filter).filter(([, value]) => value !== undefined);
  return names.length === 1 && names[0]?.[0] === 'inMailbox';
}

const NARROW = ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body', 'ids'] as const;

/** Whatever it lets through matches a text, or is one of the Emails that a search found. */
export function isNarrow(filter: IndexFilter | null): boolean {
  if (filter === null) return false;
  if (!('operator' in filter)) return NARROW.some((name) => (filter as Condition)[name] != null);
  return filter.operator === 'AND' && filter.conditions.some(isNarrow);
}

/** @throws unsupportedFilter */
export function compileFilter(context: FilterContext, filter: IndexFilter, depth = 0): Expression {
  if (depth > MAX_DEPTH) throw new RequestError('unsupportedFilter', 'The filter is nested too deeply');
  if (!('operator' in filter)) return compileCondition(context, filter as Condition);
  const parts = filter.conditions.map((condition) => compileFilter(context, condition, depth + 1));
  if (filter.operator === 'AND') return all(parts);
  // RFC 8620 §5.5: NOT is true if none of them matches.
  if (filter.operator === 'NOT') return sql<SqlBool>`not ${any(parts)}`;
  return any(parts);
}

function all(parts: Expression[]): Expression {
  return parts.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

function any(parts: Expression[]): Expression {
  return parts.length === 0 ? sql<SqlBool>`(1 = 0)` : sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

function compileCondition(context: FilterContext, condition: Condition): Expression {
  const parts = Object.entries(condition)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name]) => {
      const compile = CONDITIONS[name as keyof Condition];
      if (compile === undefined) throw new RequestError('unsupportedFilter', `Unknown condition: ${name}`);
      return compile(context, condition);
    });
  return all(parts);
}

type Compile = (context: FilterContext, condition: Condition) => Expression;

const CONDITIONS: Partial<Record<keyof Condition, Compile>> = {
  inMailbox: (context, { inMailbox = '' }) => inMailboxes(context, [inMailbox]),
  inMailboxOtherThan: (context, { inMailboxOtherThan = [] }) => inOtherThan(context, inMailboxOtherThan),
  ids: ({ columns, dialect }, { ids = [] }) => {
    columns.usesText = true;
    return isOneOf(dialect, columns.email('id'), ids);
  },
  before: ({ columns }, { before = '' }) => sql`${sql.ref(columns.receivedAt)} < ${time(before)}`,
  after: ({ columns }, { after = '' }) => sql`${sql.ref(columns.receivedAt)} >= ${time(after)}`,
  minSize: ({ columns }, { minSize = 0 }) => sql`${sql.ref(columns.email('size'))} >= ${minSize}`,
  maxSize: ({ columns }, { maxSize = 0 }) => sql`${sql.ref(columns.email('size'))} < ${maxSize}`,
  hasKeyword: ({ columns }, { hasKeyword = '' }) => hasKeywordIn(columns, hasKeyword),
  notKeyword: ({ columns }, { notKeyword = '' }) => sql`not ${hasKeywordIn(columns, notKeyword)}`,
  someInThreadHaveKeyword: (context, { someInThreadHaveKeyword = '' }) =>
    someInThread(context, threadHas(someInThreadHaveKeyword)),
  noneInThreadHaveKeyword: (context, { noneInThreadHaveKeyword = '' }) =>
    sql`not ${someInThread(context, threadHas(noneInThreadHaveKeyword))}`,
  allInThreadHaveKeyword: (context, { allInThreadHaveKeyword = '' }) =>
    allInThread(context.columns, allInThreadHaveKeyword),
  hasAttachment: ({ columns }, { hasAttachment }) =>
    sql`${sql.ref(columns.detail('has_attachment'))} = ${hasAttachment ? 1 : 0}`,
  text: (context, { text = '' }) => hasText(context, 'text', text),
  from: (context, { from = '' }) => hasText(context, 'from', from),
  to: (context, { to = '' }) => hasText(context, 'to', to),
  cc: (context, { cc = '' }) => hasText(context, 'cc', cc),
  bcc: (context, { bcc = '' }) => hasText(context, 'bcc', bcc),
  subject: (context, { subject = '' }) => hasText(context, 'subject', subject),
  body: (context, { body = '' }) => hasText(context, 'body', body),
};

function inMailboxes({ columns, mailboxes }: FilterContext, ids: Id[]): Expression {
  const keys = ids.flatMap((id) => mailboxes.get(id) ?? []);
  if (keys.length === 0) return sql`(1 = 0)`;
  if (columns.mailbox !== null && keys.includes(columns.mailbox)) return sql`(1 = 1)`;
  return sql`exists (select 1 from membership x where x.email = ${sql.ref(columns.key)} and x.mailbox in (${sql.join(keys)}))`;
}

/** RFC 8621 §4.4.1: in at least one mailbox that is not in the list. */
function inOtherThan(context: FilterContext, ids: Id[]): Expression {
  const others = [...context.mailboxes.keys()].filter((id) => !ids.includes(id));
  return inMailboxes(context, others);
}

function hasKeywordIn(columns: EmailColumns, keyword: string): Expression {
  const bit = keywordBit(keyword);
  if (bit !== 0) return sql`(${sql.ref(columns.flags)} & ${sql.lit(bit)}) <> 0`;
  return like(columns.email('keywords'), keywordPattern(keyword));
}

export function keywordPattern(keyword: string): string {
  return `% ${escapeLike(keyword.toLowerCase())} %`;
}

/** For the Emails `t` of a Thread. */
function threadHas(keyword: string): Expression {
  const bit = keywordBit(keyword);
  return bit === 0
    ? like('t.keywords', keywordPattern(keyword))
    : sql<SqlBool>`(t.flags & ${sql.lit(bit)}) <> 0`;
}

export function someInThread({ columns }: Pick<FilterContext, 'columns'>, has: Expression): Expression {
  columns.usesThread = true;
  return sql`exists (select 1 from email t where t.thread = ${sql.ref(columns.thread)} and ${visible('t')} and ${has})`;
}

export function someInThreadHas(columns: EmailColumns, keyword: string): Expression {
  return someInThread({ columns }, threadHas(keyword));
}

export function allInThread(columns: EmailColumns, keyword: string): Expression {
  return sql`not ${someInThread({ columns }, sql<SqlBool>`not ${threadHas(keyword)}`)}`;
}

function hasText(
  { columns, dialect, account }: FilterContext,
  scope: Parameters<typeof matches>[3],
  text: string,
): Expression {
  columns.usesText = true;
  return matches(dialect, account, columns.key, scope, text);
}

function time(date: string): number {
  const ms = Date.parse(date);
  if (Number.isNaN(ms)) throw new RequestError('unsupportedFilter', `Not a date: ${date.slice(0, 40)}`);
  return ms;
}
