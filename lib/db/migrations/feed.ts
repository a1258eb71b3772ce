import { sql } from 'kysely';
import type { Migration } from '@/lib/db/migration';

export const migrations: Record<string, Migration> = {
  '2026-11-22-feed': {
    async up(db, columns) {
      await db.schema
        .createTable('blob')
        .addColumn('sha256', columns.bytewise, (column) => column.primaryKey())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('data', columns.blob)
        .addColumn('touched_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('blob_chunk')
        .addColumn('sha256', columns.bytewise, (column) => column.notNull())
        .addColumn('position', 'integer', (column) => column.notNull())
        .addColumn('data', columns.blob, (column) => column.notNull())
        .addPrimaryKeyConstraint('blob_chunk_key', ['sha256', 'position'])
        .execute();
      await db.schema
        .createTable('local_email')
        .addColumn('account_id', columns.bytewise, (column) => column.notNull())
        .addColumn('email_id', columns.bytewise, (column) => column.notNull())
        .addColumn('sha256', columns.bytewise, (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('spans', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('local_email_key', ['account_id', 'email_id'])
        .execute();
      await db.schema.createIndex('local_email_blob').on('local_email').column('sha256').execute();
      await db.schema
        .createTable('pop_uidl')
        .addColumn('account_id', columns.bytewise, (column) => column.notNull())
        .addColumn('uidl', columns.bytewise, (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('sha256', columns.bytewise)
        .addColumn('email_id', columns.bytewise)
        .addColumn('first_seen', 'bigint', (column) => column.notNull())
        .addColumn('stored_at', 'bigint')
        .addColumn('dele_sent_at', 'bigint')
        .addColumn('keep', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('pop_uidl_key', ['account_id', 'uidl'])
        .execute();
      await db.schema
        .createIndex('pop_uidl_content')
        .on('pop_uidl')
        .columns(['account_id', 'sha256'])
        .execute();
    },
  },
  '2026-11-22-feed-history': {
    async up(db, { bytewise }) {
      await db.schema
        .createTable('pop_session')
        .addColumn('account_id', bytewise, (column) => column.notNull())
        .addColumn('started_at', 'bigint', (column) => column.notNull())
        .addColumn('ended_at', 'bigint', (column) => column.notNull())
        .addColumn('messages', 'bigint', (column) => column.notNull())
        .addColumn('bytes', 'bigint', (column) => column.notNull())
        .addColumn('deleted', 'bigint', (column) => column.notNull())
        .addColumn('code', 'text')
        .addColumn('server_text', 'text')
        .addColumn('next_at', 'bigint')
        .addPrimaryKeyConstraint('pop_session_key', ['account_id', 'started_at'])
        .execute();
      await db.schema
        .createTable('local_expiry')
        .addColumn('account_id', bytewise, (column) => column.notNull())
        .addColumn('mailbox_id', bytewise, (column) => column.notNull())
        .addColumn('email_id', bytewise, (column) => column.notNull())
        .addColumn('since', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('local_expiry_key', ['account_id', 'mailbox_id', 'email_id'])
        .execute();
    },
  },
  '2026-11-22-feed-move': {
    async up(db, { bytewise }) {
      await db.schema
        .createTable('move')
        .addColumn('id', bytewise, (column) => column.primaryKey())
        .addColumn('user_id', bytewise, (column) => column.notNull())
        .addColumn('from_account', bytewise, (column) => column.notNull())
        .addColumn('to_account', bytewise, (column) => column.notNull())
        .addColumn('from_mailbox', bytewise)
        .addColumn('to_mailbox', bytewise)
        .addColumn('every_minutes', 'integer')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('code', 'text')
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('ran_at', 'bigint')
        .execute();
      await db.schema
        .createTable('move_item')
        .addColumn('move_id', bytewise, (column) => column.notNull())
        .addColumn('email_id', bytewise, (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('sha256', bytewise)
        .addColumn('new_id', bytewise)
        .addColumn('code', 'text')
        .addPrimaryKeyConstraint('move_item_key', ['move_id', 'email_id'])
        .execute();
      await db.schema.createIndex('move_item_state').on('move_item').columns(['move_id', 'state']).execute();
    },
  },
  '2026-11-22-feed-pack': {
    async up(db) {
      await db.schema
        .alterTable('blob')
        .addColumn('packed', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
  '2026-11-22-feed-lease': {
    async up(db, { bytewise }) {
      await db.schema
        .createTable('feed_lease')
        .addColumn('account_id', bytewise, (column) => column.primaryKey())
        .addColumn('token', 'text', (column) => column.notNull())
        .addColumn('renewed_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.alterTable('pop_session').addColumn('expire_days', 'integer').execute();
      await db.schema.alterTable('pop_uidl').addColumn('tried_at', 'bigint').execute();
      await db.schema
        .createIndex('pop_uidl_email')
        .on('pop_uidl')
        .columns(['account_id', 'email_id'])
        .execute();
    },
  },
  '2026-11-26-feed-pieces': {
    async up(db) {
      await db.schema
        .alterTable('blob_chunk')
        .addColumn('packed', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    },
  } /** Most rows of a first session are written without both at first sight: those stay out. */,
  '2026-11-27-feed-content': {
    async up(db) {
      for (const [name, column] of [
        ['pop_uidl_content', 'sha256'],
        ['pop_uidl_email', 'email_id'],
      ] as const) {
        await db.schema.dropIndex(name).execute();
        await db.schema
          .createIndex(name)
          .on('pop_uidl')
          .columns(['account_id', column])
          .where(sql.ref(column), 'is not', null)
          .execute();
      }
    },
  },
  '2026-11-28-feed-login-delay': {
    async up(db) {
      await db.schema.alterTable('pop_session').addColumn('login_delay', 'integer').execute();
    },
  },
  '2026-11-29-feed-read-mark': {
    async up(db, { bytewise }) {
      await db.schema
        .createTable('pop_read_mark')
        .addColumn('account_id', bytewise, (column) => column.notNull())
        .addColumn('message_id', bytewise, (column) => column.notNull())
        .addColumn('tries', 'integer', (column) => column.notNull())
        .addColumn('due_at', 'bigint')
        .addPrimaryKeyConstraint('pop_read_mark_key', ['account_id', 'message_id'])
        .execute();
    },
  },
  '2026-11-30-feed-place': {
    async up(db, { bytewise }) {
      await db.schema.alterTable('local_email').addColumn('mailbox_id', bytewise).execute();
    },
  },
  '2026-11-30-feed-header': {
    async up(db, { bytewise }) {
      await db.schema.alterTable('pop_uidl').addColumn('header_sha256', bytewise).execute();
    },
  },
};
