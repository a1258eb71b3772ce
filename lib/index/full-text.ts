/**
 * Full text, in two parts that are replaced on their own: what the header says and what the body says. FTS5 on SQLite,
 * tsvector on Postgres; the words are the same (lib/mime/search-words.ts).
 */

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { insertRows } from '@/lib/db/insert-rows';
import type { DialectName } from '@/lib/db/migration';
import type { EmailAddress } from '@/lib/jmap/types';
import { type Term, termsOf, wordsOf } from '@/lib/mime/search-words';
import type { EmailHeaders } from '@/lib/mime/types';
import { isOneOf, type Sql } from './bulk';
import type { SearchText } from './types';

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
/** A message to more people is found by the first of them. */
const MAX_ADDRESSES = 1_000;

export interface HeaderText {
  email: number;
  headers: EmailHeaders;
}

export interface BodyText {
  email: number;
  text: SearchText;
}

type Context = Sql & { account: number };

export async function indexHeaders(context: Context, texts: HeaderText[], fresh: boolean): Promise<void> {
  if (texts.length === 0) return;
  if (!fresh) await removeRows(context, 'search_header', texts);
  const words = (headers: EmailHeaders, field: TextField, letter: string) =>
    marked(context.account, letter, fieldText(headers, field));
  if (context.dialect === 'postgres') {
    return insertVectors(
      context,
      'search_header',
      texts.map(({ email, headers }) => ({
        email,
        words: FIELD_NAMES.flatMap((field) => words(headers, field, FIELDS[field].letter)),
      })),
    );
  }
  await insertRows(
    context.db,
    'search_header',
    ['rowid', ...FIELD_NAMES.map((field) => FIELDS[field].column)],
    texts.map(({ email, headers }) => [
      email,
      ...FIELD_NAMES.map((field) => words(headers, field, '').join(' ')),
    ]),
  );
}

export async function indexBodies(context: Context, texts: BodyText[], fresh: boolean): Promise<void> {
  if (texts.length === 0) return;
  if (!fresh) await removeRows(context, 'search_body', texts);
  const rows = texts.map(({ email, text }) => ({
    email,
    words: markedBody(context.account, text),
  }));
  if (context.dialect === 'postgres') return insertVectors(context, 'search_body', rows);
  await insertRows(
    context.db,
    'search_body',
    ['rowid', 'body'],
    rows.map(({ email, words }) => [email, words.join(' ')]),
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
  if (terms.length === 0) return sql<SqlBool>`(1 = 0)`;
  const has = (...selects: RawBuilder<unknown>[]) =>
    sql<SqlBool>`${sql.ref(column)} in (${sql.join(selects, sql` union all `)})`;
  const header = (words: Term[], fields: TextField[]) => {
    const expression = EXPRESSIONS[dialect](account, words, fields);
    return SELECTS[dialect]('search_header', expression);
  };
  const body = (words: Term[]) => SELECTS[dialect]('search_body', EXPRESSIONS[dialect](account, words, []));
  if (scope === 'body') return has(body(terms));
  if (scope !== 'text') return has(header(terms, [scope]));
  // One word may be in the subject and the next in the body.
  const each = terms.map((term) => has(header([term], FIELD_NAMES), body([term])));
  return sql<SqlBool>`(${sql.join(each, sql` and `)})`;
}

const SELECTS: Record<DialectName, (table: string, expression: string) => RawBuilder<unknown>> = {
  sqlite: (table, expression) =>
    sql`select rowid from ${sql.table(table)} where ${sql.table(table)} match ${expression}`,
  postgres: (table, expression) =>
    sql`select email from ${sql.table(table)} where words @@ ${expression}::tsquery`,
};

/** Words are letters and digits only, so that quotes need no escape in either language. */
const EXPRESSIONS: Record<DialectName, (account: number, terms: Term[], fields: TextField[]) => string> = {
  sqlite(account, terms, fields) {
    const start = mark(account, '');
    const words = terms.map(({ stem, typed, prefix }) =>
      prefix ? `("${start}${stem}"* OR "${start}${typed}"*)` : `"${start}${stem}"`,
    );
    const all = fields.length === 0 || fields.length === FIELD_NAMES.length;
    const columns = all ? '' : `{${fields.map((field) => FIELDS[field].column).join(' ')}} : `;
    return `${columns}(${words.join(' AND ')})`;
  },
  postgres(account, terms, fields) {
    const letters = fields.length === 0 ? [''] : fields.map((field) => FIELDS[field].letter);
    const words = terms.map(({ stem, typed, prefix }) => {
      const forms = prefix ? [`${stem}':*`, `${typed}':*`] : [`${stem}'`];
      const starts = letters.map((letter) => `'${mark(account, letter)}`);
      return `(${starts.flatMap((start) => forms.map((form) => start + form)).join(' | ')})`;
    });
    return words.join(' & ');
  },
};

/** All accounts share one index: a word starts with its account, and on Postgres with the letter of its field. */
function mark(account: number, letter: string): string {
  return `${account}x${letter}${letter && 'x'}`;
}

function marked(account: number, letter: string, text: string): string[] {
  if (text === '') return [];
  const start = mark(account, letter);
  return wordsOf(text).map((word) => start + word);
}

function markedBody(account: number, text: SearchText): string[] {
  if (typeof text === 'string') return marked(account, '', text);
  if (text.words === '') return [];
  const start = mark(account, '');
  return text.words.split(' ').map((word) => start + word);
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

async function removeRows({ db, dialect }: Context, table: string, rows: { email: number }[]): Promise<void> {
  const key = dialect === 'sqlite' ? 'rowid' : 'email';
  const emails = rows.map(({ email }) => email);
  await sql`delete from ${sql.table(table)} where ${isOneOf(dialect, key, emails)}`.execute(db);
}

async function insertVectors(
  { db }: Context,
  table: string,
  rows: { email: number; words: string[] }[],
): Promise<void> {
  if (rows.length === 0) return;
  // An array of arrays of different lengths is no array to Postgres: the words of one message come as one text.
  const emails = rows.map(({ email }) => email);
  const words = rows.map((row) => [...new Set(row.words)].join(' '));
  await sql`insert into ${sql.table(table)} (email, words)
    select email, array_to_tsvector(string_to_array(words, ' '))
    from unnest(${emails}::bigint[], ${words}::text[]) as v (email, words)`.execute(db);
}
