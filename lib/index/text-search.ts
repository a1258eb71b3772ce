/** The full text asked directly: newest first. */
import { sql } from 'kysely';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { TextSearch } from '@/lib/source/source';
import { isOneOf, type Sql } from './bulk';
import { matches, type TextScope } from './full-text';

const SCOPES: TextScope[] = ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body'];

/** @throws unsupportedFilter for `header` */
export async function searchText(
  context: Sql & { account: number },
  query: TextSearch,
  mailboxIds: Id[] | null,
  limit: number,
): Promise<Id[]> {
  const { db, dialect, account } = context;
  if (query.header) throw new RequestError('unsupportedFilter', 'The index does not hold every header field');
  const conditions = SCOPES.flatMap((scope) => {
    const text = scope in query ? query[scope as keyof Omit<TextSearch, 'header'>] : undefined;
    return text === undefined ? [] : [matches(dialect, account, 'm.email', scope, text)];
  });
  const within = mailboxIds === null ? sql`` : sql`and ${isOneOf(dialect, 'id', mailboxIds)}`;
  // The plus keeps SQLite from walking whole mailboxes: the words come first.
  const mailbox = sql.raw(conditions.length > 0 ? '+m.mailbox' : 'm.mailbox');
  const inMailbox = sql`${mailbox} in (select key from mailbox where account = ${account} ${within})`;
  const { rows } = await sql<{ id: Id }>`select e.id from email e join (
      select m.email, m.received_at from membership m where ${sql.join([inMailbox, ...conditions], sql` and `)}
      group by m.email, m.received_at order by m.received_at desc, m.email desc limit ${limit}
    ) hit on hit.email = e.key order by hit.received_at desc, hit.email desc`.execute(db);
  return rows.map(({ id }) => id);
}
