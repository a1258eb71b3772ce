import type { Migration } from '@/lib/db/migration';

export const migrations: Record<string, Migration> = {
  '2026-11-22-remote': {
    async up(db, columns) {
      await db.schema
        .createTable('put_off')
        .addColumn('account_id', columns.bytewise, (column) => column.notNull())
        .addColumn('path', columns.bytewise, (column) => column.notNull())
        .addColumn('uid_validity', 'bigint', (column) => column.notNull())
        .addColumn('uid', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('put_off_key', ['account_id', 'path', 'uid_validity', 'uid'])
        .execute();
      await db.schema
        .createTable('alias')
        .addColumn('account_id', columns.bytewise, (column) => column.notNull())
        .addColumn('natural_id', columns.bytewise, (column) => column.notNull())
        .addColumn('id', columns.bytewise, (column) => column.notNull())
        .addPrimaryKeyConstraint('alias_key', ['account_id', 'natural_id'])
        .execute();
      await db.schema.createIndex('alias_id').on('alias').columns(['account_id', 'id']).execute();
      await db.schema
        .createTable('vanished')
        .addColumn('account_id', columns.bytewise, (column) => column.notNull())
        .addColumn('email_id', columns.bytewise, (column) => column.notNull())
        .addColumn('fingerprint', columns.bytewise, (column) => column.notNull())
        .addColumn('vanished_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('vanished_key', ['account_id', 'email_id'])
        .execute();
      await db.schema
        .createIndex('vanished_fingerprint')
        .on('vanished')
        .columns(['account_id', 'fingerprint'])
        .execute();
    },
  },
  '2026-11-26-server-offers': {
    async up(db, columns) {
      await db.schema
        .createTable('server_offers')
        .addColumn('account_id', columns.bytewise, (column) => column.primaryKey())
        .addColumn('server', 'text', (column) => column.notNull())
        .addColumn('announced', 'text', (column) => column.notNull())
        .addColumn('refused', 'text', (column) => column.notNull())
        .addColumn('probed_at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '2026-11-27-alias-gone': {
    async up(db) {
      await db.schema.alterTable('alias').addColumn('gone_at', 'bigint').execute();
    },
  },
};
