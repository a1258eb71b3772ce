/**
 * Full text, in two parts that are replaced on their own: what the header says and what the body says. FTS5 on SQLite,
 * tsvector on Postgres; the words are the same (words.ts).
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DialectName } from '@/lib/db/migration';
import type { EmailAddress } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';
import { insertRows, isOneOf, type Sql } from './bulk';
import { type Term, termsOf, wordsOf } from './words';

export type TextField = 'subject' | 'from' | 'to' | 'cc' | 'bcc';
/** Where words are looked for; `text` is everywhere. */
export type TextScope = TextField | 'body' | 'text';

/** Column of FTS5 and letter in front of a lexeme of Postgres. */
const FIELDS: Record<TextField, { column: string; letter: string }> = {
  subject: { column: 'subject', letter: 's' },
  from: { column: 'sender', letter: 'f' },
  to: { column: 'recipient', letter: 't' },
  cc: { column: 'cc', letter: 'c' },
  bcc: { column: 'bcc', letter: 'b' },
};
const FIELD_NAMES = Object.keys(FIELDS) as TextField[];
/** A message to a thousand people is found by the first of them. */
const MAX_ADDRESSES = 100;

export interface HeaderText {
  email: number;
  headers: EmailHeaders;
}

export interface BodyText {
  email: number;
  text: string;
}

type Context = Sql & { account: number };

export async function indexHeaders(context: Context, texts: HeaderText[], fresh: boolean): Promise<void> {
  if (!fresh) await removeRows(context, 'search_header', texts);
  const rows = texts.map(({ email, headers }) => ({
    email,
    fields: FIELD_NAMES.map((field) => wordsOf(fieldText(headers, field))),
  }));
  if (context.dialect === 'sqlite') {
    const columns = ['rowid', 'account', ...FIELD_NAMES.map((field) => FIELDS[field].column)];
    await insertRows(
      context,
      'search_header',
      columns,
      rows.map(({ email, fields }) => [email, tag(context), ...fields.map((words) => words.join(' '))]),
    );
    return;
  }
  const lexemes = (fields: string[][]) =>
    fields.flatMap((words, index) => {
      const field = FIELD_NAMES[index];
      return field === undefined ? [] : words.map((word) => `${FIELDS[field].letter}/${word}`);
    });
  await insertVectors(
    context,
    'search_header',
    rows.map(({ email, fields }) => ({ email, words: lexemes(fields) })),
  );
}

export async function indexBodies(context: Context, texts: BodyText[], fresh: boolean): Promise<void> {
  if (!fresh) await removeRows(context, 'search_body', texts);
  const rows = texts.map(({ email, text }) => ({ email, words: wordsOf(text) }));
  if (context.dialect === 'postgres') return insertVectors(context, 'search_body', rows);
  await insertRows(
    context,
    'search_body',
    ['rowid', 'account', 'body'],
    rows.map(({ email, words }) => [email, tag(context), words.join(' ')]),
  );
}

export async function removeTexts(context: Context, emails: number[]): Promise<void> {
  const rows = emails.map((email) => ({ email }));
  await removeRows(context, 'search_header', rows);
  await removeRows(context, 'search_body', rows);
}

/** True for the Emails whose key is in `column` and that have every word of `query` in `scope`. */
export function matches(
  dialect: DialectName,
  account: number,
  column: string,
  scope: TextScope,
  query: string,
): RawBuilder<SqlBool> {
  const terms = termsOf(query);
  if (terms.length === 0) return sql<SqlBool>`1 = 0`;
  const inTable = (table: string, expression: string) =>
    dialect === 'sqlite'
      ? sql<SqlBool>`${sql.ref(column)} in (select rowid from ${sql.table(table)} where ${sql.table(table)} match ${`account : "${tagOf(account)}" AND (${expression})`})`
      : sql<SqlBool>`${sql.ref(column)} in (select email from ${sql.table(table)} where account = ${account} and words @@ ${expression}::tsquery)`;
  const express = dialect === 'sqlite' ? sqliteExpression : postgresExpression;
  if (scope === 'body') return inTable('search_body', express(terms, null));
  if (scope !== 'text') return inTable('search_header', express(terms, [scope]));
  // One word may be in the subject and the next in the body.
  const each = terms.map(
    (term) =>
      sql<SqlBool>`(${inTable('search_header', express([term], FIELD_NAMES))} or ${inTable('search_body', express([term], null))})`,
  );
  return sql<SqlBool>`(${sql.join(each, sql` and `)})`;
}

/** Words are letters and digits only, so that quotes need no escape in either language. */
function sqliteExpression(terms: Term[], fields: TextField[] | null): string {
  const words = terms.map(({ stem, typed, prefix }) =>
    prefix ? `("${stem}"* OR "${typed}"*)` : `"${stem}"`,
  );
  const columns = fields === null ? ['body'] : fields.map((field) => FIELDS[field].column);
  return `{${columns.join(' ')}} : (${words.join(' AND ')})`;
}

function postgresExpression(terms: Term[], fields: TextField[] | null): string {
  const letters = fields === null ? [''] : fields.map((field) => `${FIELDS[field].letter}/`);
  const words = terms.map(({ stem, typed, prefix }) => {
    const forms = prefix ? [`${stem}':*`, `${typed}':*`] : [`${stem}'`];
    return `(${letters.flatMap((letter) => forms.map((form) => `'${letter}${form}`)).join(' | ')})`;
  });
  return words.join(' & ');
}

function fieldText(headers: EmailHeaders, field: TextField): string {
  if (field === 'subject') return headers.subject ?? '';
  return addressText(headers[field]);
}

function addressText(addresses: EmailAddress[] | null): string {
  return (addresses ?? [])
    .slice(0, MAX_ADDRESSES)
    .map(({ name, email }) => `${name ?? ''} ${email}`)
    .join(' ');
}

/** All accounts share one table: the account is a word of every row. */
function tag({ account }: Context): string {
  return tagOf(account);
}

function tagOf(account: number): string {
  return `account${account}`;
}

async function removeRows({ db, dialect }: Context, table: string, rows: { email: number }[]): Promise<void> {
  const key = dialect === 'sqlite' ? 'rowid' : 'email';
  const emails = rows.map(({ email }) => email);
  await sql`delete from ${sql.table(table)} where ${isOneOf(dialect, key, emails)}`.execute(db);
}

async function insertVectors(
  { db, account }: Context,
  table: string,
  rows: { email: number; words: string[] }[],
): Promise<void> {
  for (const { email, words } of rows) {
    await sql`insert into ${sql.table(table)} (email, account, words)
      values (${email}, ${account}, array_to_tsvector(${[...new Set(words)]}::text[]))`.execute(db);
  }
}
