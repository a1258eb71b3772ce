import type { Migration } from '@/lib/db/migration';

export const migrations: Record<string, Migration> = {
  '2026-11-22-jmap': {
    async up(db) {
      await db.schema
        .createTable('identity')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('reply_to', 'text')
        .addColumn('bcc', 'text')
        .addColumn('text_signature', 'text', (column) => column.notNull())
        .addColumn('html_signature', 'text', (column) => column.notNull())
        .addColumn('may_delete', 'integer', (column) => column.notNull())
        .addColumn('created', 'bigint', (column) => column.notNull())
        .addColumn('changed', 'bigint', (column) => column.notNull())
        .addColumn('destroyed', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('identity_pk', ['account_id', 'id'])
        .execute();
      await db.schema
        .createTable('upload')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('sha256', 'text', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('uploaded_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('upload_pk', ['account_id', 'sha256'])
        .execute();
    },
  },
  '2026-11-24-identity': {
    async up(db) {
      await db.schema.alterTable('identity').addColumn('sent_mailbox_id', 'text').execute();
      await db.schema.alterTable('identity').addColumn('outgoing_account_id', 'text').execute();
    },
  },
  '2026-11-25-sender-server': {
    async up(db) {
      await db.schema
        .createTable('sender_server')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('identity_id', 'text', (column) => column.notNull())
        .addColumn('outgoing', 'text', (column) => column.notNull())
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('sealed', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('sender_server_pk', ['account_id', 'identity_id'])
        .execute();
    },
  },
  '2026-11-23-push': {
    async up(db) {
      await db.schema
        .createTable('push_subscription')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text', (column) => column.notNull().references('user.id').onDelete('cascade'))
        .addColumn('credential', 'text', (column) => column.notNull())
        .addColumn('device_client_id', 'text', (column) => column.notNull())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('keys', 'text')
        .addColumn('verification_code', 'text', (column) => column.notNull())
        .addColumn('verified', 'integer', (column) => column.notNull())
        .addColumn('types', 'text')
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('push_subscription_user')
        .on('push_subscription')
        .column('user_id')
        .execute();
    },
  },
  '2026-11-26-told-state': {
    async up(db) {
      await db.schema
        .createTable('told_state')
        .addColumn('account_id', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('told_state_pk', ['account_id', 'type'])
        .execute();
    },
  },
};
