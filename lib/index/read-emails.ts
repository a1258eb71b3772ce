/** Emails, Threads and locations by their ids. */
import { sql } from 'kysely';
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import { isOneOf, type Sql } from './bulk';
import { groupBy } from './collect';
import { visible } from './columns';
import { unpackKeywords } from './keywords';
import type { EmailRow, Location } from './types';

type Context = Sql & { account: number };

/** In the order asked; unknown and hidden ones are left out. */
export async function readEmails(
  { db, dialect, account }: Context,
  ids: Id[],
  { withoutStructure = false } = {},
): Promise<EmailRow[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('email')
    .innerJoin('thread', 'thread.key', 'email.thread')
    .leftJoin('email_detail', 'email_detail.email', 'email.key')
    .select(['email.key', 'email.id', 'thread.id as thread_id', 'email.received_at', 'email.size'])
    .select(['email.flags', 'email.keywords', 'email.has_attachment'])
    .select(['email_detail.headers', 'email_detail.preview'])
    .select(
      withoutStructure
        ? sql<string | null>`case when email_detail.structure is null then null else '' end`.as('structure')
        : 'email_detail.structure',
    )
    .where('email.account', '=', account)
    .where(visible('email'))
    .where(isOneOf(dialect, 'email.id', ids))
    .execute();
  if (rows.length === 0) return [];
  const places = await db
    .selectFrom('membership')
    .innerJoin('mailbox', 'mailbox.key', 'membership.mailbox')
    .select(['membership.email', 'mailbox.id'])
    .where(
      isOneOf(
        dialect,
        'membership.email',
        rows.map(({ key }) => key),
      ),
    )
    .execute();
  const mailboxes = groupBy(places, ({ email }) => email);
  const found = new Map(
    rows.map((row): [Id, EmailRow] => [
      row.id,
      {
        id: row.id,
        threadId: row.thread_id,
        receivedAt: row.received_at,
        size: row.size,
        mailboxIds: (mailboxes.get(row.key) ?? []).map(({ id }) => id),
        keywords: unpackKeywords(row),
        headers: parse<EmailHeaders>(row.headers),
        structure: withoutStructure ? null : parse<MimePart>(row.structure),
        hasStructure: row.structure !== null,
        hasAttachment: row.has_attachment === 1,
        preview: row.preview,
      },
    ]),
  );
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

function parse<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
