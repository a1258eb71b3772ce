/**
 * The rows of Emails by their ids, in one statement, packed into texts of JSON: libsql hands out each value on its own, and
 * what is JSON already would be quoted by the database and parsed twice. The aggregates see the same rows in the same order.
 */
import { selectRows } from '@/lib/db/select-rows';
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import type { Sql } from './bulk';
import { unpackKeywords } from './keywords';
import type { EmailRow } from './types';

type Context = Sql & { accountId: Id };

type Packed = [
  id: Id,
  threadId: Id,
  receivedAt: number,
  size: number,
  flags: number,
  keywords: string,
  hasAttachment: number,
  hasStructure: number,
  preview: string | null,
  mailboxIds: Id[],
];

/** In any order; unknown and hidden ones are left out. */
export async function storedEmails(
  { db, dialect, accountId }: Context,
  ids: Id[],
  withoutStructure: boolean,
): Promise<EmailRow[]> {
  const [result] = await selectRows<{ list: string; headers: string | null; structures: string | null }>(
    db,
    STATEMENTS[dialect](withoutStructure),
    [accountId, dialect === 'sqlite' ? JSON.stringify(ids) : ids],
  );
  const rows = parsed<Packed>(result?.list);
  const headers = parsed<EmailHeaders | null>(result?.headers);
  const structures = parsed<MimePart | null>(result?.structures);
  return rows.map((row, at) => emailRow(row, headers[at] ?? null, structures[at] ?? null));
}

function emailRow(row: Packed, headers: EmailHeaders | null, structure: MimePart | null): EmailRow {
  const [id, threadId, receivedAt, size, flags, keywords, hasAttachment, hasStructure, preview, mailboxIds] =
    row;
  return {
    id,
    threadId,
    receivedAt,
    size,
    mailboxIds,
    keywords: unpackKeywords({ flags, keywords }),
    headers,
    structure,
    hasStructure: hasStructure === 1,
    hasAttachment: hasAttachment === 1,
    preview,
  };
}

/** Of no row an aggregate is NULL. */
function parsed<T>(text: string | null | undefined): T[] {
  return text == null ? [] : (JSON.parse(text) as T[]);
}

const COLUMNS = [
  ...['e.id', 't.id', 'e.received_at', 'e.size', 'e.flags', 'e.keywords', 'e.has_attachment'],
  ...['case when d.structure is null then 0 else 1 end', 'd.preview'],
].join(', ');

/** `visible`, as in columns.ts; structure is the larger half and read for what shows it only. */
const FROM = `from email e join thread t on t.key = e.thread left join email_detail d on d.email = e.key
  where e.account = (select key from index_account where id = ?) and +e.created_at is not null`;
const MAILBOXES = 'from membership m join mailbox b on b.key = m.mailbox where m.email = e.key';

const STATEMENTS = {
  sqlite(withoutStructure: boolean): string {
    const texts = (name: string) => `'[' || group_concat(coalesce(d.${name}, 'null')) || ']'`;
    return `select json_group_array(json_array(${COLUMNS}, json((select json_group_array(b.id) ${MAILBOXES})))) as list,
      ${texts('headers')} as headers, ${withoutStructure ? 'null' : texts('structure')} as structures
      ${FROM} and e.id in (select value from json_each(?))`;
  },
  postgres(withoutStructure: boolean): string {
    const texts = (name: string) => `'[' || string_agg(coalesce(d.${name}, 'null'), ',') || ']'`;
    return `select json_agg(json_build_array(${COLUMNS}, (select coalesce(json_agg(b.id), '[]') ${MAILBOXES})))::text as list,
      ${texts('headers')} as headers, ${withoutStructure ? 'null' : texts('structure')} as structures
      ${FROM} and e.id = any(?::text[])`;
  },
};
