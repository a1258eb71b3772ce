/** The outbox's rows: every move of a row is one durable statement that takes its own counter value. */
import type { Kysely, Transaction, Updateable } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import type { SubmissionTable } from '@/lib/db/tables/submission';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { gottenBy } from './recipients';
import { MOVING, recipientsOf, undoStatusOf } from './row';
import { type Happened, record } from './timeline';
import type { SubmissionChanges, SubmissionFilter } from './types';

export type Row = SubmissionTable;
type Db = Kysely<MainTables>;

export async function nextCounter(tx: Transaction<MainTables>, accountId: Id): Promise<number> {
  const row = await tx
    .insertInto('submission_counter')
    .values({ account_id: accountId, counter: 1 })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet((eb) => ({
        counter: eb('submission_counter.counter', '+', 1),
      })),
    )
    .returning('counter')
    .executeTakeFirstOrThrow();
  return row.counter;
}

export interface Wanted {
  accountId: Id;
  fingerprint: string;
  messageId: string | null;
  /** Another message may have the same Message-ID: what counts is the fingerprint. */
  resent: boolean;
  /** In lower case. */
  people: ReadonlySet<string>;
  /** Epoch ms: who takes a submission off the list may send the message once more, but a proxy's retry is none. */
  since: number;
}

/** The row by which somebody gets, has or perhaps has this message already (R29, I5), and was not given up by a person. */
export async function findTwin(db: Db, wanted: Wanted): Promise<Row | undefined> {
  const { accountId, fingerprint, messageId, resent, people, since } = wanted;
  const rows = await db
    .selectFrom('submission')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('message_id', messageId === null ? 'is' : '=', messageId)
    .where('state', 'not in', ['failed', 'canceled'])
    .where((eb) =>
      eb.or([
        eb('destroyed', '=', 0),
        eb('state', 'in', MOVING),
        eb.and([eb('state', '=', 'sent'), eb('queued_at', '>=', since)]),
      ]),
    )
    .execute();
  const copies = rows.filter((row) => row.fingerprint === fingerprint || (messageId !== null && !resent));
  return copies.find((row) => gottenBy(recipientsOf(row)).some((email) => people.has(email.toLowerCase())));
}

/**
 * Moves a row if `guard` still holds; with a lease token, only its holder can (fencing); with `changed`, only who has read its
 * last state. `events` become known with it.
 * @returns the row as it is now, or null when somebody else moved it
 */
export function move(
  db: Db,
  row: Pick<Row, 'id' | 'account_id'>,
  guard: { states?: readonly Row['state'][]; leaseToken?: string; recipients?: string; changed?: number },
  values: Updateable<SubmissionTable>,
  events: Happened[] = [],
): Promise<Row | null> {
  return db.transaction().execute(async (tx) => {
    const changed = await nextCounter(tx, row.account_id);
    let update = tx
      .updateTable('submission')
      .set({ ...values, changed })
      .where('account_id', '=', row.account_id)
      .where('id', '=', row.id);
    if (guard.states) update = update.where('state', 'in', guard.states);
    if (guard.leaseToken) update = update.where('lease_token', '=', guard.leaseToken);
    if (guard.recipients) update = update.where('recipients', '=', guard.recipients);
    if (guard.changed !== undefined) update = update.where('changed', '=', guard.changed);
    const moved = await update.returningAll().executeTakeFirst();
    if (moved) await record(tx, moved, events);
    return moved ?? null;
  });
}

export async function getRows(db: Db, accountId: Id, ids: Id[] | null): Promise<Row[]> {
  let query = db
    .selectFrom('submission')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('destroyed', '=', 0);
  if (ids) query = query.where('id', 'in', ids);
  return ids?.length === 0 ? [] : query.execute();
}

export async function queryRows(db: Db, accountId: Id, filter: SubmissionFilter | null): Promise<Id[]> {
  let query = db
    .selectFrom('submission')
    .select(['id', 'state'])
    .where('account_id', '=', accountId)
    .where('destroyed', '=', 0)
    .orderBy('send_at', 'desc')
    .orderBy('id');
  if (filter?.identityIds) query = query.where('identity_id', 'in', filter.identityIds);
  if (filter?.emailIds) query = query.where('email_id', 'in', filter.emailIds);
  if (filter?.threadIds) query = query.where('thread_id', 'in', filter.threadIds);
  if (filter?.before) query = query.where('send_at', '<', Date.parse(filter.before));
  if (filter?.after) query = query.where('send_at', '>=', Date.parse(filter.after));
  const rows = await query.execute();
  const wanted = filter?.undoStatus;
  return rows.filter((row) => !wanted || undoStatusOf(row.state) === wanted).map((row) => row.id);
}

export async function stateOf(db: Db, accountId: Id): Promise<string> {
  const row = await db
    .selectFrom('submission_counter')
    .select('counter')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return String(row?.counter ?? 0);
}

/** @throws cannotCalculateChanges */
export async function changesOf(
  db: Db,
  accountId: Id,
  since: string,
  max: number,
): Promise<SubmissionChanges> {
  const current = Number(await stateOf(db, accountId));
  const from = /^\d{1,15}$/.test(since) ? Number(since) : Number.NaN;
  if (!(from <= current)) throw new RequestError('cannotCalculateChanges', 'unknown state');
  const rows = await db
    .selectFrom('submission')
    .select(['id', 'created', 'changed', 'destroyed'])
    .where('account_id', '=', accountId)
    .where('changed', '>', from)
    .where('changed', '<=', current)
    .orderBy('changed')
    .limit(max + 1)
    .execute();
  const page = rows.slice(0, max);
  const hasMoreChanges = rows.length > max;
  const known = page.filter((row) => row.created <= from);
  return {
    oldState: since,
    newState: String(hasMoreChanges ? (page.at(-1)?.changed ?? from) : current),
    hasMoreChanges,
    created: page.filter((row) => row.created > from && !row.destroyed).map((row) => row.id),
    updated: known.filter((row) => !row.destroyed).map((row) => row.id),
    destroyed: known.filter((row) => row.destroyed).map((row) => row.id),
  };
}
