import type { CreateTableBuilder, Kysely, sql } from 'kysely';
import type { Migration } from '@/lib/db/migration';

/** What a row cannot be without: goes when its owner goes. */
const owned = (owner: 'user' | 'account') => (table: CreateTableBuilder<string>) =>
  table.addColumn(`${owner}_id`, 'text', (c) => c.notNull().references(`${owner}.id`).onDelete('cascade'));

async function people(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('settings', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .$call(owned('user'))
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('incoming', 'text')
    .addColumn('outgoing', 'text')
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('sign_in_key', 'text', (c) => c.unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('account_user').on('account').columns(['user_id', 'position']).execute();
  await db.schema
    .createTable('credential')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .execute();
}

async function waysIn(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('session')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .$call(owned('user'))
    .$call(owned('account'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
    .addColumn('confirmed_at', 'bigint', (c) => c.notNull())
    .addColumn('user_agent', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('session_user').on('session').column('user_id').execute();
  await db.schema
    .createTable('sign_in_ticket')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .$call(owned('account'))
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('app_password')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .$call(owned('user'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute();
}

async function watch(db: Kysely<unknown>, serial: ReturnType<typeof sql>): Promise<void> {
  await db.schema
    .createTable('attempt')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('bucket', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('attempt_bucket').on('attempt').columns(['bucket', 'at']).execute();
  await db.schema.createIndex('attempt_at').on('attempt').column('at').execute();
  await db.schema
    .createTable('audit')
    .addColumn('key', serial)
    .$call(owned('user'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('audit_user').on('audit').columns(['user_id', 'at']).execute();
}

export const migrations: Record<string, Migration> = {
  '2026-11-22-control': {
    async up(db, columns) {
      await people(db);
      await waysIn(db);
      await watch(db, columns.serial);
    },
  },
};
