/** Forgets an account: at once for everybody who asks, in small steps on the disk. */
import { randomBytes } from 'node:crypto';
import type { Id } from '@/lib/jmap/types';
import { isOneOf, type Sql } from './bulk';
import { removeTexts } from './full-text';

const SLICE = 500;
/** No account id holds a colon. */
const DROPPED = 'dropped:';

export async function dropAccount(context: Sql, id: Id): Promise<void> {
  const name = `${DROPPED}${id}:${randomBytes(6).toString('hex')}`;
  await context.db.updateTable('index_account').set({ id: name }).where('id', '=', id).execute();
  // Also what a process left that ended in the middle of this.
  const dropped = await context.db
    .selectFrom('index_account')
    .select('key')
    .where('id', 'like', `${DROPPED}%`)
    .execute();
  for (const { key } of dropped) await purge(context, key);
}

async function purge(context: Sql, account: number): Promise<void> {
  const { db, dialect } = context;
  const mailboxes = await db.selectFrom('mailbox').select('key').where('account', '=', account).execute();
  const keys = mailboxes.map(({ key }) => key);
  for (;;) {
    const rows = await db
      .selectFrom('email')
      .select('key')
      .where('account', '=', account)
      .limit(SLICE)
      .execute();
    if (rows.length === 0) break;
    const emails = rows.map(({ key }) => key);
    await db.transaction().execute(async (transaction) => {
      for (const table of ['location', 'membership', 'email_detail'] as const) {
        await transaction
          .deleteFrom(table)
          .where(isOneOf(dialect, 'email', emails))
          .execute();
      }
      await removeTexts({ db: transaction, dialect, account }, emails);
      await transaction
        .deleteFrom('email')
        .where(isOneOf(dialect, 'key', emails))
        .execute();
    });
  }
  await db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('mailbox_thread')
      .where(isOneOf(dialect, 'mailbox', keys))
      .execute();
    for (const table of ['thread', 'tombstone', 'address', 'mailbox'] as const) {
      await transaction.deleteFrom(table).where('account', '=', account).execute();
    }
    await transaction.deleteFrom('index_account').where('key', '=', account).execute();
  });
}
