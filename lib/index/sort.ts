/** The sort of Email/query (RFC 8621 §4.4.2) to SQL. */
import { type RawBuilder, sql } from 'kysely';
import { RequestError } from '@/lib/errors';
import type { Comparator } from '@/lib/jmap/types';
import type { EmailColumns } from './columns';
import { allInThread, someInThreadHas } from './filter';
import { keywordBit } from './keywords';
import { escapeLike, like } from './like';

/** Keys are folded once, when they are stored: both collations are the same order. */
const COLLATIONS = ['i;unicode-casemap', 'i;ascii-casemap'];
const MAX_COMPARATORS = 8;

/** Only by `receivedAt`: the order of the index itself. null: another one. */
export function receivedAtOnly(sort: Comparator[]): 'asc' | 'desc' | null {
  if (sort.length === 0) return 'desc';
  const [first] = sort;
  if (sort.length > 1 || first?.property !== 'receivedAt') return null;
  return ascending(first) ? 'asc' : 'desc';
}

/** Ties fall to the newer one. @throws unsupportedSort */
export function compileSort(columns: EmailColumns, sort: Comparator[]): RawBuilder<unknown> {
  if (sort.length > MAX_COMPARATORS) throw new RequestError('unsupportedSort', 'Too many comparators');
  const parts = sort.map((comparator) => {
    if (comparator.collation !== undefined && !COLLATIONS.includes(comparator.collation)) {
      throw new RequestError('unsupportedSort', `Unknown collation: ${comparator.collation}`);
    }
    return sql`${expression(columns, comparator)} ${direction(ascending(comparator))}`;
  });
  const received = sort.find(({ property }) => property === 'receivedAt');
  const last = direction(received !== undefined && ascending(received));
  if (received === undefined) parts.push(sql`${sql.ref(columns.receivedAt)} ${last}`);
  parts.push(sql`${sql.ref(columns.key)} ${last}`);
  return sql.join(parts);
}

function expression(columns: EmailColumns, comparator: Comparator): RawBuilder<unknown> {
  switch (comparator.property) {
    case 'receivedAt':
      return sql.ref(columns.receivedAt);
    case 'sentAt':
      return sql`coalesce(${sql.ref(columns.detail('sent_at'))}, ${sql.ref(columns.receivedAt)})`;
    case 'size':
      return sql.ref(columns.email('size'));
    case 'from':
      return sql.ref(columns.detail('from_key'));
    case 'to':
      return sql.ref(columns.detail('to_key'));
    case 'subject':
      return sql.ref(columns.detail('subject_key'));
    case 'hasKeyword':
      return number(hasKeyword(columns, keywordOf(comparator)));
    case 'allInThreadHaveKeyword':
      return number(allInThread(columns, keywordOf(comparator)));
    case 'someInThreadHaveKeyword':
      return number(someInThreadHas(columns, keywordOf(comparator)));
    default:
      throw new RequestError('unsupportedSort', `Not a sort property: ${comparator.property.slice(0, 40)}`);
  }
}

function hasKeyword(columns: EmailColumns, keyword: string): RawBuilder<unknown> {
  const bit = keywordBit(keyword);
  if (bit !== 0) return sql`(${sql.ref(columns.flags)} & ${sql.lit(bit)}) <> 0`;
  return like(columns.email('keywords'), `% ${escapeLike(keyword.toLowerCase())} %`);
}

/** A truth to sort by, the same on both databases. */
function number(truth: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${truth} then 1 else 0 end`;
}

function keywordOf({ keyword }: Comparator): string {
  if (keyword === undefined) throw new RequestError('unsupportedSort', 'The sort needs a keyword');
  return keyword;
}

function ascending({ isAscending }: Comparator): boolean {
  return isAscending ?? true;
}

function direction(up: boolean): RawBuilder<unknown> {
  return sql.raw(up ? 'asc' : 'desc');
}
