/** The full text asked directly: newest first. */
import { sql } from 'kysely';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { TextSearch } from '@/lib/source/source';
import { isOneOf, type Sql } from './bulk';
import { visible } from './columns';
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
    return text === undefined ? [] : [matches(dialect, account, 'e.key', scope, text)];
  });
  if (mailboxIds !== null) {
    conditions.push(
      sql`exists (select 1 from membership m join mailbox b on b.key = m.mailbox
        where m.email = e.key and ${isOneOf(dialect, 'b.id', mailboxIds)})`,
    );
  }
  const where = conditions.length > 0 ? sql`and ${sql.join(conditions, sql` and `)}` : sql``;
  const { rows } = await sql<{ id: Id }>`select e.id from email e
    where e.account = ${account} and ${visible('e')} ${where}
    order by e.received_at desc, e.key desc limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
