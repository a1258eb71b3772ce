/** Emails, Threads and locations by their ids. */
import type { Id } from '@/lib/jmap/types';
import { isOneOf, type Sql } from './bulk';
import { groupBy } from './collect';
import { visible } from './columns';
import { storedEmails } from './email-rows';
import { unpackKeywords } from './keywords';
import type { EmailRow, Location } from './types';

type Context = Sql & { account: number };

/** In the order asked; unknown and hidden ones are left out. */
export async function readEmails(
  context: Sql & { accountId: Id },
  ids: Id[],
  { withoutStructure = false } = {},
): Promise<EmailRow[]> {
  if (ids.length === 0) return [];
  const rows = await storedEmails(context, ids, withoutStructure);
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

export async function readThreads(
  { db, dialect, account }: Context,
  ids: Id[],
): Promise<{ id: Id; emailIds: Id[] }[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('thread')
    .innerJoin('email', 'email.thread', 'thread.key')
    .select(['thread.id as thread_id', 'email.id'])
    .where('thread.account', '=', account)
    .where(visible('email'))
    .where(isOneOf(dialect, 'thread.id', ids))
    .orderBy('email.received_at')
    .orderBy('email.key')
    .execute();
  const threads = groupBy(rows, (row) => row.thread_id);
  return ids.flatMap((id) => {
    const emails = threads.get(id);
    return emails ? [{ id, emailIds: emails.map((email) => email.id) }] : [];
  });
}

/** Also of hidden Emails; the visible copies first. */
export function readLocations({ db, dialect, account }: Context, emailIds: Id[]): Promise<Location[]> {
  if (emailIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('email')
    .innerJoin('location', 'location.email', 'email.key')
    .innerJoin('mailbox', 'mailbox.key', 'location.mailbox')
    .select(['email.id as emailId', 'mailbox.id as mailboxId'])
    .select(['location.uid_validity as uidValidity', 'location.uid as uid'])
    .where('email.account', '=', account)
    .where(isOneOf(dialect, 'email.id', emailIds))
    .orderBy('location.hidden')
    .orderBy('location.mailbox')
    .orderBy('location.uid')
    .execute();
}

export async function readMailboxLocations(
  { db, account }: Context,
  mailboxId: Id,
  fromUid: number,
  toUid: number,
): Promise<{ uid: number; emailId: Id; keywords: string[]; hidden: boolean }[]> {
  const rows = await db
    .selectFrom('mailbox')
    .innerJoin('location', 'location.mailbox', 'mailbox.key')
    .innerJoin('email', 'email.key', 'location.email')
    .select(['location.uid', 'email.id', 'location.flags', 'location.keywords', 'location.hidden'])
    .where('mailbox.account', '=', account)
    .where('mailbox.id', '=', mailboxId)
    .where('location.uid', '>=', fromUid)
    .where('location.uid', '<=', toUid)
    .orderBy('location.uid')
    .execute();
  return rows.map((row) => ({
    uid: row.uid,
    emailId: row.id,
    keywords: unpackKeywords(row),
    hidden: row.hidden === 1,
  }));
}

export async function unknownUids(
  { db, dialect, account }: Context,
  mailboxId: Id,
  uids: number[],
): Promise<number[]> {
  if (uids.length === 0) return [];
  const rows = await db
    .selectFrom('mailbox')
    .innerJoin('location', 'location.mailbox', 'mailbox.key')
    .select('location.uid')
    .where('mailbox.account', '=', account)
    .where('mailbox.id', '=', mailboxId)
    .where(isOneOf(dialect, 'location.uid', uids))
    .execute();
  const known = new Set(rows.map(({ uid }) => uid));
  return uids.filter((uid) => !known.has(uid));
}

export async function countLocations({ db, account }: Context, mailboxId: Id): Promise<number> {
  const { count } = await db
    .selectFrom('mailbox')
    .innerJoin('location', 'location.mailbox', 'mailbox.key')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('mailbox.account', '=', account)
    .where('mailbox.id', '=', mailboxId)
    .executeTakeFirstOrThrow();
  return Number(count);
}
