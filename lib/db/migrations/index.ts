/** Tables of lib/index; what they mean is told in lib/db/tables/index.ts. */
import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Columns, Migration } from '@/lib/db/migration';

export const migrations: Record<string, Migration> = {
  '2026-11-22-index': {
    async up(db, columns) {
      await accounts(db, columns);
      await mailboxes(db, columns);
      await emails(db, columns);
      await placement(db, columns);
      await history(db, columns);
      await (columns.dialect === 'sqlite' ? sqliteFullText(db) : postgresFullText(db));
    },
  },
};

type Builder = CreateTableBuilder<string, string>;

/** `big('a', 'b')`: bigint columns that are never null. */
function big(...names: string[]) {
  return (table: Builder): Builder =>
    names.reduce<Builder>((to, name) => to.addColumn(name, 'bigint', (column) => column.notNull()), table);
}

function numbers(...names: string[]) {
  return (table: Builder): Builder =>
    names.reduce<Builder>(
      (to, name) => to.addColumn(name, 'integer', (column) => column.notNull().defaultTo(0)),
      table,
    );
}

function texts(...names: string[]) {
  return (table: Builder): Builder =>
    names.reduce<Builder>((to, name) => to.addColumn(name, 'text', (column) => column.notNull()), table);
}

function optional(type: 'bigint' | 'text' | 'integer', ...names: string[]) {
  return (table: Builder): Builder => names.reduce<Builder>((to, name) => to.addColumn(name, type), table);
}

/** A table that is one b-tree, its primary key, on SQLite. */
function clustered({ dialect }: Columns) {
  return (table: Builder): Builder => (dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table);
}

async function accounts(db: Kysely<unknown>, columns: Columns): Promise<void> {
  await db.schema
    .createTable('index_account')
    .addColumn('key', columns.serial)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .$call(texts('epoch'))
    .$call(big('counter', 'details', 'forgotten'))
    .execute();
  await db.schema
    .createTable('address')
    .$call(big('account'))
    .$call(texts('email_key', 'name_key'))
    .$call(optional('text', 'name'))
    .$call(texts('email'))
    .$call(numbers('written', 'seen'))
    .$call(big('last_at'))
    .addPrimaryKeyConstraint('address_pk', ['account', 'email_key'])
    .$call(clustered(columns))
    .execute();
}

async function mailboxes(db: Kysely<unknown>, { serial }: Columns): Promise<void> {
  await db.schema
    .createTable('mailbox')
    .addColumn('key', serial)
    .$call(big('account'))
    .$call(texts('id', 'name'))
    .$call(optional('text', 'parent_id', 'role'))
    .$call(big('sort_order'))
    .$call(numbers('is_subscribed'))
    .$call(texts('rights'))
    .$call(optional('integer', 'server_total', 'server_unread'))
    .$call(numbers('total_emails', 'unread_emails', 'total_threads', 'unread_threads'))
    .$call(big('next_uid'))
    .$call(optional('text', 'path', 'delimiter', 'highest_modseq'))
    .$call(optional('bigint', 'uid_validity', 'uid_next', 'filled_down_to', 'selectable'))
    .$call(big('properties_at'))
    .$call(optional('bigint', 'created_at', 'updated_at'))
    .addUniqueConstraint('mailbox_id', ['account', 'id'])
    .execute();
  await versions(db, 'mailbox');
}

async function emails(db: Kysely<unknown>, { serial, bytewise, key }: Columns): Promise<void> {
  await db.schema
    .createTable('thread')
    .addColumn('key', serial)
    .$call(big('account'))
    .$call(texts('id'))
    .$call(optional('bigint', 'created_at', 'updated_at'))
    .addUniqueConstraint('thread_id', ['account', 'id'])
    .execute();
  await versions(db, 'thread');
  await db.schema
    .createTable('email')
    .addColumn('key', serial)
    .$call(big('account'))
    .$call(texts('id'))
    .$call(big('thread', 'received_at', 'size'))
    .$call(optional('bigint', 'sent_at'))
    .addColumn('subject_key', bytewise, (column) => column.notNull())
    .addColumn('from_key', bytewise, (column) => column.notNull())
    .addColumn('to_key', bytewise, (column) => column.notNull())
    .$call(numbers('has_attachment', 'flags'))
    .$call(texts('keywords'))
    .$call(optional('bigint', 'created_at', 'updated_at'))
    .addUniqueConstraint('email_id', ['account', 'id'])
    .execute();
  await versions(db, 'email');
  await db.schema.createIndex('email_thread').on('email').columns(['thread', 'received_at']).execute();
  await db.schema
    .createTable('email_detail')
    .addColumn('email', key, (column) => column.primaryKey())
    .$call(optional('text', 'headers', 'structure', 'preview'))
    .$call(numbers('has_text'))
    .execute();
}

/** The two indexes that `changes` walks; an object that was never changed is not in the second. */
async function versions(db: Kysely<unknown>, table: string): Promise<void> {
  await db.schema.createIndex(`${table}_created`).on(table).columns(['account', 'created_at']).execute();
  await db.schema
    .createIndex(`${table}_updated`)
    .on(table)
    .columns(['account', 'updated_at'])
    .where(sql.ref('updated_at'), 'is not', null)
    .execute();
}

async function placement(db: Kysely<unknown>, columns: Columns): Promise<void> {
  await db.schema
    .createTable('location')
    .$call(big('mailbox', 'uid', 'uid_validity', 'email'))
    .$call(numbers('flags'))
    .$call(texts('keywords'))
    .$call(numbers('hidden'))
    .$call(optional('text', 'modseq'))
    .addPrimaryKeyConstraint('location_pk', ['mailbox', 'uid'])
    .$call(clustered(columns))
    .execute();
  await db.schema.createIndex('location_email').on('location').column('email').execute();
  await db.schema
    .createTable('membership')
    .$call(big('email', 'mailbox', 'thread', 'received_at'))
    .$call(numbers('flags'))
    .addPrimaryKeyConstraint('membership_pk', ['email', 'mailbox'])
    .$call(clustered(columns))
    .execute();
  await db.schema
    .createIndex('membership_page')
    .on('membership')
    .columns(['mailbox', 'received_at', 'email', 'thread', 'flags'])
    .execute();
  await db.schema
    .createTable('mailbox_thread')
    .$call(big('mailbox', 'thread'))
    .$call(numbers('emails', 'unread'))
    .$call(big('newest_at', 'newest_email'))
    .addPrimaryKeyConstraint('mailbox_thread_pk', ['mailbox', 'thread'])
    .$call(clustered(columns))
    .execute();
  await db.schema
    .createIndex('mailbox_thread_page')
    .on('mailbox_thread')
    .columns(['mailbox', 'newest_at', 'newest_email'])
    .execute();
}

async function history(db: Kysely<unknown>, columns: Columns): Promise<void> {
  await db.schema
    .createTable('tombstone')
    .$call(big('account'))
    .$call(texts('type', 'id'))
    .$call(optional('bigint', 'thread'))
    .$call(big('created_at', 'destroyed_at', 'time'))
    .addPrimaryKeyConstraint('tombstone_pk', ['account', 'type', 'id'])
    .$call(clustered(columns))
    .execute();
  await db.schema
    .createIndex('tombstone_destroyed')
    .on('tombstone')
    .columns(['account', 'destroyed_at'])
    .execute();
}

/**
 * Words come folded, stemmed and parted by spaces (lib/mime/search-words.ts), so that the tokenizer only splits: `ascii` takes
 * everything beyond ASCII for a letter. Nothing is stored but the inverted index.
 */
async function sqliteFullText(db: Kysely<unknown>): Promise<void> {
  const options = sql.raw(`content='', contentless_delete=1, detail=column, tokenize='ascii'`);
  await sql`create virtual table search_header using fts5(subject, sender, recipient, cc, bcc, ${options})`.execute(
    db,
  );
  await sql`create virtual table search_body using fts5(body, ${options})`.execute(db);
}

/** The same words as lexemes; in the header each with the letter of its field: `s/invoice`. */
async function postgresFullText(db: Kysely<unknown>): Promise<void> {
  for (const name of ['search_header', 'search_body']) {
    await db.schema
      .createTable(name)
      .addColumn('email', 'bigint', (column) => column.primaryKey())
      .addColumn('words', sql`tsvector`, (column) => column.notNull())
      .execute();
    await db.schema.createIndex(`${name}_words`).on(name).using('gin').column('words').execute();
  }
}
