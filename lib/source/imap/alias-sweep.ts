/**
 * Aliases of what has left the place that they were given for: no UID comes twice under one UIDVALIDITY, so nobody will ask for
 * them. They are kept for as long as destroyed Emails are told of, for a mailbox that somebody puts back.
 */
import type { Kysely } from 'kysely';
import type { RemoteTables } from '@/lib/db/tables/remote';
import { emailIdOfLocation } from '@/lib/index/ids';
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { Pace } from '@/lib/pace';
import { isNatural } from './aliases';

const KEPT_MS = 31 * 24 * 60 * 60_000;
const SLICE = 500;
/** After the account was opened, not at the same time for all; then once a day. */
const FIRST_MS = 10 * 60_000;
const EVERY_MS = 24 * 60 * 60_000;

interface Place {
  accountId: Id;
  db: Kysely<RemoteTables>;
  index: AccountIndex;
}

interface Alias {
  natural_id: Id;
  id: Id;
  gone_at: number | null;
}

/** @returns how to stop */
export function sweepDaily(sweep: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout;
  const after = (ms: number) => {
    timer = setTimeout(() => {
      sweep().catch((error) => log.warn('imap.aliases', errorFields(error)));
      after(EVERY_MS);
    }, ms).unref();
  };
  after(FIRST_MS * (1 + Math.random()));
  return () => clearTimeout(timer);
}

/** Only by an index that holds all there is: of what it has not read nothing is gone. */
export async function sweepAliases({ accountId, db, index }: Place, now: number): Promise<void> {
  const mailboxes = await index.mailboxes();
  if (mailboxes.length === 0 || mailboxes.some(({ wire }) => wire?.selectable && wire.filledDownTo !== 1))
    return;
  const mailboxIds = new Set(mailboxes.map(({ id }) => id));
  const pace = new Pace();
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('alias')
      .select(['natural_id', 'id', 'gone_at'])
      .where('account_id', '=', accountId)
      .where('natural_id', '>', after)
      .orderBy('natural_id')
      .limit(SLICE)
      .execute();
    const living = await livingOf(rows, index, mailboxIds);
    await note({ accountId, db, now, rows, living });
    const last = rows.at(-1);
    if (!last || rows.length < SLICE) return;
    after = last.natural_id;
    await pace.turn();
  }
}

/** Where each is now, as its computed id. */
async function livingOf(rows: Alias[], index: AccountIndex, mailboxIds: ReadonlySet<Id>): Promise<Set<Id>> {
  const locations = await index.locations([...new Set(rows.map(({ id }) => id))]);
  const places = new Set(
    locations.map(({ mailboxId, uidValidity, uid }) => emailIdOfLocation(mailboxId, uidValidity, uid)),
  );
  const lives = ({ natural_id, id }: Alias) =>
    isNatural(natural_id) ? places.has(natural_id) : mailboxIds.has(id);
  return new Set(rows.filter(lives).map(({ natural_id }) => natural_id));
}

interface Noting {
  accountId: Id;
  db: Kysely<RemoteTables>;
  now: number;
  rows: Alias[];
  living: ReadonlySet<Id>;
}

async function note({ accountId, db, now, rows, living }: Noting): Promise<void> {
  const naturalIds = (wanted: (row: Alias) => boolean) => rows.filter(wanted).map((row) => row.natural_id);
  const back = naturalIds((row) => living.has(row.natural_id) && row.gone_at !== null);
  const left = naturalIds((row) => !living.has(row.natural_id) && row.gone_at === null);
  const over = naturalIds(
    (row) => !living.has(row.natural_id) && row.gone_at !== null && row.gone_at < now - KEPT_MS,
  );
  const set = async (ids: Id[], gone_at: number | null) => {
    if (ids.length === 0) return;
    const mine = db.updateTable('alias').where('account_id', '=', accountId);
    await mine.where('natural_id', 'in', ids).set({ gone_at }).execute();
  };
  await set(back, null);
  await set(left, now);
  if (over.length === 0) return;
  const old = db.deleteFrom('alias').where('account_id', '=', accountId);
  await old.where('natural_id', 'in', over).where('gone_at', 'is not', null).execute();
}
