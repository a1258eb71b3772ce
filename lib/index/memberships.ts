/** Which visible Emails are in which mailbox, and the counts that follow from it: kept exact by differences. */
import { insertRows, type Value } from '@/lib/db/insert-rows';
import type { Batch } from './batch';
import { isOneOf, type Sql, updateRows } from './bulk';
import { groupBy, slices } from './collect';
import { isUnread } from './keywords';

/** An Email comes into a mailbox (`before` null), leaves it (`after` null) or changes its flags there. */
export interface MembershipChange {
  email: number;
  mailbox: number;
  thread: number;
  receivedAt: number;
  before: number | null;
  after: number | null;
}

const SLICE = 500;

export async function applyMemberships(batch: Batch, changes: MembershipChange[]): Promise<void> {
  for (const slice of slices(changes, SLICE)) {
    await writeRows(batch, slice);
    countEmails(batch, slice);
    await writeThreads(batch, slice);
  }
}

export async function membershipsOf(
  { db, dialect }: Sql,
  emails: number[],
): Promise<Map<number, { mailbox: number; flags: number }[]>> {
  const rows = await db
    .selectFrom('membership')
    .select(['email', 'mailbox', 'flags'])
    .where(isOneOf(dialect, 'email', emails))
    .execute();
  return groupBy(rows, ({ email }) => email);
}

async function writeRows(batch: Batch, changes: MembershipChange[]): Promise<void> {
  const added = changes.filter(({ before }) => before === null);
  const columns = ['email', 'mailbox', 'thread', 'received_at', 'flags'];
  const rows = added.map((c): Value[] => [c.email, c.mailbox, c.thread, c.receivedAt, c.after]);
  await insertRows(batch.db, 'membership', columns, rows);
  const gone = changes.filter(({ after }) => after === null);
  const kept = changes.filter(({ before, after }) => before !== null && after !== null);
  for (const [mailbox, emails] of byMailbox(gone)) {
    await batch.db
      .deleteFrom('membership')
      .where('mailbox', '=', mailbox)
      .where(
        isOneOf(
          batch.dialect,
          'email',
          emails.map(({ email }) => email),
        ),
      )
      .execute();
  }
  // The flags of an Email are the same in all its mailboxes.
  const flags = new Map(kept.map(({ email, after }) => [email, after]));
  await updateRows(batch, 'membership', 'email', { flags: 'bigint' }, [...flags]);
}

function countEmails(batch: Batch, changes: MembershipChange[]): void {
  for (const change of changes) {
    const counts = batch.counts(change.mailbox);
    counts.emails += presence(change.after) - presence(change.before);
    counts.unread += unread(change.after) - unread(change.before);
  }
}

interface ThreadRow {
  mailbox: number;
  thread: number;
  emails: number;
  unread: number;
  newest_at: number;
  newest_email: number;
}

async function writeThreads(batch: Batch, changes: MembershipChange[]): Promise<void> {
  for (const [mailbox, inMailbox] of byMailbox(changes)) {
    const threads = [...new Set(inMailbox.map(({ thread }) => thread))];
    const rows = await batch.db
      .selectFrom('mailbox_thread')
      .selectAll()
      .where('mailbox', '=', mailbox)
      .where(isOneOf(batch.dialect, 'thread', threads))
      .execute();
    const known = new Map(rows.map((row) => [row.thread, row]));
    const result = new Map<number, ThreadRow>();
    const beheaded = new Set<number>();
    for (const change of inMailbox) {
      const row = result.get(change.thread) ?? { ...(known.get(change.thread) ?? empty(change)) };
      result.set(change.thread, row);
      row.emails += presence(change.after) - presence(change.before);
      row.unread += unread(change.after) - unread(change.before);
      if (change.after === null && row.newest_email === change.email) beheaded.add(change.thread);
      if (change.before === null && isNewer(change, row)) {
        row.newest_at = change.receivedAt;
        row.newest_email = change.email;
      }
    }
    await findNewest(
      batch,
      mailbox,
      [...beheaded].flatMap((thread) => result.get(thread) ?? []),
    );
    await storeThreads(batch, mailbox, known, [...result.values()]);
  }
}

async function storeThreads(
  batch: Batch,
  mailbox: number,
  known: Map<number, ThreadRow>,
  rows: ThreadRow[],
): Promise<void> {
  const counts = batch.counts(mailbox);
  for (const row of rows) {
    const before = known.get(row.thread);
    counts.threads += Math.sign(row.emails) - (before ? 1 : 0);
    counts.unreadThreads += Math.sign(row.unread) - Math.sign(before?.unread ?? 0);
  }
  const gone = rows.filter(({ emails }) => emails === 0).map(({ thread }) => thread);
  if (gone.length > 0) {
    await batch.db
      .deleteFrom('mailbox_thread')
      .where('mailbox', '=', mailbox)
      .where(isOneOf(batch.dialect, 'thread', gone))
      .execute();
  }
  const columns = ['mailbox', 'thread', 'emails', 'unread', 'newest_at', 'newest_email'] as const;
  const kept = rows.filter(({ emails }) => emails > 0);
  const set = columns.slice(2).map((name) => `${name} = excluded.${name}`);
  await insertRows(
    batch.db,
    'mailbox_thread',
    [...columns],
    kept.map((row) => columns.map((name) => row[name])),
    `on conflict (mailbox, thread) do update set ${set.join(', ')}`,
  );
}

/** The newest one left: who is the head of the Thread in this mailbox now. */
async function findNewest(batch: Batch, mailbox: number, rows: ThreadRow[]): Promise<void> {
  for (const row of rows) {
    if (row.emails === 0) continue;
    const newest = await batch.db
      .selectFrom('email')
      .innerJoin('membership', 'membership.email', 'email.key')
      .select(['membership.email', 'membership.received_at'])
      .where('email.thread', '=', row.thread)
      .where('membership.mailbox', '=', mailbox)
      .orderBy('membership.received_at', 'desc')
      .orderBy('membership.email', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    row.newest_at = newest.received_at;
    row.newest_email = newest.email;
  }
}

function empty({ mailbox, thread }: MembershipChange): ThreadRow {
  return { mailbox, thread, emails: 0, unread: 0, newest_at: Number.MIN_SAFE_INTEGER, newest_email: 0 };
}

function isNewer(change: MembershipChange, row: ThreadRow): boolean {
  if (change.receivedAt !== row.newest_at) return change.receivedAt > row.newest_at;
  return change.email > row.newest_email;
}

function presence(flags: number | null): number {
  return flags === null ? 0 : 1;
}

function unread(flags: number | null): number {
  return flags !== null && isUnread(flags) ? 1 : 0;
}

function byMailbox(changes: MembershipChange[]): Map<number, MembershipChange[]> {
  return groupBy(changes, ({ mailbox }) => mailbox);
}
