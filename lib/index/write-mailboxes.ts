/** Changes to mailboxes inside a write. */
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { Batch } from './batch';
import {
  propertyColumns,
  type ReportedCounts,
  reportedCounts,
  type StoredMailbox,
  sameCounts,
  wireColumns,
} from './mailbox-row';
import { settle } from './settle';
import { bury } from './tombstones';
import type { MailboxInput, MailboxWire } from './types';

export async function putMailbox(batch: Batch, input: MailboxInput): Promise<void> {
  const before = await find(batch, input.id);
  const properties = propertyColumns(input);
  const server = { server_total: input.serverTotal, server_unread: input.serverUnread };
  const wire = input.wire ? wireColumns(input.wire) : {};
  batch.mailboxChanged();
  if (before === undefined) {
    const counter = batch.next('Mailbox');
    await batch.db
      .insertInto('mailbox')
      .values({
        ...{ account: batch.account, id: input.id, ...properties, ...server, ...wire },
        ...{ total_emails: 0, unread_emails: 0, total_threads: 0, unread_threads: 0, next_uid: 1 },
        ...{ created_at: counter, properties_at: counter },
      })
      .execute();
    return;
  }
  const names = Object.keys(properties) as (keyof typeof properties)[];
  const changed = names.some((name) => properties[name] !== before[name]);
  await update(batch, before, { ...properties, ...server, ...wire }, changed);
}

export async function setWire(batch: Batch, id: Id, wire: Partial<MailboxWire>): Promise<void> {
  await update(batch, await get(batch, id), wireColumns(wire), false);
}

export async function setSortOrder(batch: Batch, id: Id, sortOrder: number): Promise<void> {
  const before = await get(batch, id);
  await update(batch, before, { sort_order: sortOrder }, before.sort_order !== sortOrder);
}

export async function removeMailbox(batch: Batch, id: Id): Promise<void> {
  const mailbox = await get(batch, id);
  const emails = await batch.db
    .selectFrom('location')
    .select('email')
    .where('mailbox', '=', mailbox.key)
    .execute();
  await batch.db.deleteFrom('location').where('mailbox', '=', mailbox.key).execute();
  for (const { email } of emails) batch.dirtyEmails.add(email);
  await settle(batch);
  batch.dropCounts(mailbox.key);
  await batch.db.deleteFrom('mailbox').where('key', '=', mailbox.key).execute();
  await bury(batch, 'Mailbox', [{ id, createdAt: mailbox.created_at ?? 0, thread: null }]);
  batch.forgetMailbox(id);
  batch.mailboxChanged();
}

/** Writes the counts that the Emails of this write moved: one change of each mailbox, however many Emails. */
export async function settleCounts(batch: Batch): Promise<void> {
  for (const [key, difference] of batch.takeCounts()) {
    if (Object.values(difference).every((count) => count === 0)) continue;
    const before = await batch.db
      .selectFrom('mailbox')
      .selectAll()
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
    await update(
      batch,
      before,
      {
        total_emails: before.total_emails + difference.emails,
        unread_emails: before.unread_emails + difference.unread,
        total_threads: before.total_threads + difference.threads,
        unread_threads: before.unread_threads + difference.unreadThreads,
      },
      false,
    );
  }
}

/** A counter is taken if a property (`changed`) or a reported count is another than before. */
async function update(
  batch: Batch,
  before: StoredMailbox,
  columns: Partial<StoredMailbox>,
  changed: boolean,
): Promise<void> {
  const set = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
  const after: StoredMailbox = { ...before, ...set };
  const told: ReportedCounts = reportedCounts(before);
  const counter = changed || !sameCounts(told, reportedCounts(after)) ? batch.next('Mailbox') : null;
  const versions = {
    ...(counter === null ? {} : { updated_at: counter }),
    ...(counter !== null && changed ? { properties_at: counter } : {}),
  };
  const all = { ...set, ...versions };
  if (Object.keys(all).length === 0) return;
  await batch.db.updateTable('mailbox').set(all).where('key', '=', before.key).execute();
}

function find(batch: Batch, id: Id): Promise<StoredMailbox | undefined> {
  return batch.db
    .selectFrom('mailbox')
    .selectAll()
    .where('account', '=', batch.account)
    .where('id', '=', id)
    .executeTakeFirst();
}

async function get(batch: Batch, id: Id): Promise<StoredMailbox> {
  const row = await find(batch, id);
  if (row === undefined) throw new RequestError('notFound', `No such mailbox: ${id}`);
  return row;
}
