import type { Migration } from '@/lib/db/migration';

export const migrations: Record<string, Migration> = {
  '2026-11-22-submission': {
    async up(db) {
      await db.schema
        .createTable('submission')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('identity_id', 'text', (column) => column.notNull())
        .addColumn('email_id', 'text', (column) => column.notNull())
        .addColumn('thread_id', 'text', (column) => column.notNull())
        .addColumn('envelope', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('wire_sha256', 'text', (column) => column.notNull())
        .addColumn('copy_sha256', 'text', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('queued_at', 'bigint', (column) => column.notNull())
        .addColumn('send_at', 'bigint', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('next_try_at', 'bigint')
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('lease_token', 'text')
        .addColumn('lease_until', 'bigint', (column) => column.notNull())
        .addColumn('code', 'text')
        .addColumn('server_text', 'text')
        .addColumn('recipients', 'text', (column) => column.notNull())
        .addColumn('file_at', 'bigint')
        .addColumn('created', 'bigint', (column) => column.notNull())
        .addColumn('changed', 'bigint', (column) => column.notNull())
        .addColumn('destroyed', 'integer', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('submission_counter')
        .addColumn('account_id', 'text', (column) => column.primaryKey())
        .addColumn('counter', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('submission_changed')
        .on('submission')
        .columns(['account_id', 'changed'])
        .execute();
      await db.schema.createIndex('submission_due').on('submission').columns(['next_try_at']).execute();
      await db.schema.createIndex('submission_file').on('submission').columns(['file_at']).execute();
    },
  },
  '2026-11-24-submission-report': {
    async up(db) {
      await db.schema.alterTable('submission').addColumn('message_id', 'text').execute();
      await db.schema.alterTable('submission').addColumn('reports', 'text').execute();
      await db.schema.alterTable('submission_counter').addColumn('reports_after', 'bigint').execute();
      await db.schema
        .createIndex('submission_message')
        .on('submission')
        .columns(['account_id', 'message_id'])
        .execute();
    },
  },
  '2026-11-22-submission-event': {
    async up(db, { serial }) {
      await db.schema
        .createTable('submission_event')
        .addColumn('id', serial)
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('submission_id', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('text', 'text')
        .execute();
      await db.schema
        .createIndex('submission_event_of')
        .on('submission_event')
        .columns(['account_id', 'submission_id'])
        .execute();
    },
  },
  '2026-11-25-sending-limit': {
    async up(db) {
      await db.schema
        .createTable('sending_limit')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('server', 'text', (column) => column.notNull())
        .addColumn('until_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('sending_limit_pk', ['account_id', 'server'])
        .execute();
    },
  },
  '2026-11-26-server-takes': {
    async up(db) {
      await db.schema
        .createTable('server_takes')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('server', 'text', (column) => column.notNull())
        .addColumn('bytes', 'bigint')
        .addColumn('recipients', 'integer')
        .addPrimaryKeyConstraint('server_takes_pk', ['account_id', 'server'])
        .execute();
    },
  },
};
