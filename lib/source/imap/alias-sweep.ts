/**
 * Aliases of what has left the place that they were given for: no UID comes twice under one UIDVALIDITY, so nobody will ask for
 * them. They are kept for as long as destroyed Emails are told of, for a mailbox that somebody puts back.
 */
import type { Kysely } from 'kysely';
import type { RemoteTables } from '@/lib/db/tables/remote';
import { slices } from '@/lib/index/collect';
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
  /** Those of these computed ids whose place is there, and not read by the index. */
  unread(wanted: ReadonlySet<Id>): Promise<ReadonlySet<Id>>;
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

/** What the index does not hold is noted as gone; before it is forgotten the server is asked about what was never read. */
export async function sweepAliases({ accountId, db, index, unread }: Place, now: number): Promise<void> {
  const mailboxes = await index.mailboxes();
  if (mailboxes.length === 0) return;
  const mailboxIds = new Set(mailboxes.map(({ id }) => id));
  const pace = new Pace();
  const over: Id[] = [];
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
    over.push(...(await note({ accountId, db, now, rows, living })));
    const last = rows.at(-1);
    if (!last || rows.length < SLICE) break;
    after = last.natural_id;
    await pace.turn();
  }
  if (over.length > 0) await forget({ accountId, db, over, there: await unread(new Set(over)) });
}

/** Where each is now, as its computed id. */
async function livingOf(rows: Alias[], index: AccountIndex, mailboxIds: ReadonlySet<Id>): Promise<Set<Id>> {
  const ids = rows.flatMap(({ natural_id, id }) => [natural_id, id]);
  const locations = await index.locations([...new Set(ids)]);
  // In a mailbox that was begun anew: what comes to this place must not take the id of a message that lives elsewhere.
  const borne = new Set(locations.map(({ emailId }) => emailId));
  const places = new Set(
    locations.map(({ mailboxId, uidValidity, uid }) => emailIdOfLocation(mailboxId, uidValidity, uid)),
  );
  const lives = ({ natural_id, id }: Alias) =>
    isNatural(natural_id) ? places.has(natural_id) || borne.has(natural_id) : mailboxIds.has(id);
  return new Set(rows.filter(lives).map(({ natural_id }) => natural_id));
}

interface Noting {
  accountId: Id;
  db: Kysely<RemoteTables>;
  now: number;
  rows: Alias[];
  living: ReadonlySet<Id>;
}

/** @returns those that are gone for long */
async function note({ accountId, db, now, rows, living }: Noting): Promise<Id[]> {
  const naturalIds = (wanted: (row: Alias) => boolean) => rows.filter(wanted).map((row) => row.natural_id);
  const back = naturalIds((row) => living.has(row.natural_id) && row.gone_at !== null);
  const left = naturalIds((row) => !living.has(row.natural_id) && row.gone_at === null);
  await setGone({ accountId, db }, back, null);
  await setGone({ accountId, db }, left, now);
  return naturalIds(
    (row) => !living.has(row.natural_id) && row.gone_at !== null && row.gone_at < now - KEPT_MS,
  );
}

async function setGone(
  { accountId, db }: Pick<Place, 'accountId' | 'db'>,
  ids: Id[],
  gone_at: number | null,
): Promise<void> {
  if (ids.length === 0) return;
  const mine = db.updateTable('alias').where('account_id', '=', accountId);
  await mine.where('natural_id', 'in', ids).set({ gone_at }).execute();
}

interface Forgetting extends Pick<Place, 'accountId' | 'db'> {
  over: Id[];
  there: ReadonlySet<Id>;
}

async function forget({ accountId, db, over, there }: Forgetting): Promise<void> {
  for (const ids of slices(over, SLICE)) {
    const [kept, gone] = [true, false].map((wanted) => ids.filter((id) => there.has(id) === wanted));
    await setGone({ accountId, db }, kept ?? [], null);
    if (!gone?.length) continue;
    const old = db.deleteFrom('alias').where('account_id', '=', accountId);
    await old.where('natural_id', 'in', gone).where('gone_at', 'is not', null).execute();
  }
}
