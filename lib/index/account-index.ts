/** The index of one account: see types.ts for what it promises. */
import type { Kysely } from 'kysely';
import { dialectOf } from '@/lib/db/dialect-of';
import type { DialectName } from '@/lib/db/migration';
import { Mutex } from '@/lib/db/mutex';
import { selectRows } from '@/lib/db/select-rows';
import type { IndexTables } from '@/lib/db/tables/index';
import type { Id, State, TypeName } from '@/lib/jmap/types';
import type { TextSearch } from '@/lib/source/source';
import { type AccountRow, accountRow, stateOf } from './account-row';
import { suggestAddresses } from './addresses';
import type { Aside } from './aside';
import { Batch } from './batch';
import { readChanges } from './changes';
import { dropAccount } from './drop';
import { fromStored, READ, type ReadMailbox } from './mailbox-row';
import { ListCache, plan, runQuery } from './query';
import { runQueryChanges } from './query-changes';
import {
  countLocations,
  readEmails,
  readLocations,
  readMailboxLocations,
  readThreads,
  unknownUids,
} from './read-emails';
import { searchText } from './text-search';
import { PRUNE_EVERY, pruneTombstones } from './tombstones';
import type { AccountIndex, EmailQuery, IndexWriter, MailboxRow } from './types';
import { BatchWriter } from './writer';

const MAILBOXES = `select ${READ.join(', ')} from mailbox
  where account = (select key from index_account where id = ?) order by sort_order, name`;
const MAILBOX = `select ${READ.join(', ')} from mailbox
  where account = (select key from index_account where id = ?) and id = ?`;

/** On SQLite all writes are one after the other, those of all accounts: of what nobody waits for one at a time stands in line. */
const behind = new Mutex();

type Beside = Pick<Aside, 'select'>;
type Listener = (types: TypeName[], state: State) => void;

/** @param aside what takes long is done there, not here */
export function createAccountIndex(
  db: Kysely<IndexTables>,
  dialect: DialectName,
  accountId: Id,
  aside: Beside | null = null,
): AccountIndex {
  return new SqlAccountIndex(db, dialect, accountId, aside);
}

/** As it is within a write: what was read before may have changed until the write had its turn. */
export function indexWithin({ transaction }: IndexWriter, accountId: Id): AccountIndex {
  return new SqlAccountIndex(transaction, dialectOf(transaction), accountId, null);
}

class SqlAccountIndex implements AccountIndex {
  readonly accountId: Id;
  readonly #db: Kysely<IndexTables>;
  readonly #dialect: DialectName;
  readonly #aside: Beside | null;
  readonly #lists = new ListCache();
  readonly #listeners = new Set<Listener>();
  #destroyed = 0;

  constructor(db: Kysely<IndexTables>, dialect: DialectName, accountId: Id, aside: Beside | null) {
    this.#db = db;
    this.#dialect = dialect;
    this.accountId = accountId;
    this.#aside = aside;
  }

  async state(): Promise<State> {
    return stateOf(await this.#account());
  }

  async mailboxes(): Promise<MailboxRow[]> {
    const rows = await selectRows<ReadMailbox>(this.#db, MAILBOXES, [this.accountId]);
    return rows.map(fromStored);
  }

  async mailbox(id: Id): Promise<MailboxRow | null> {
    const [row] = await selectRows<ReadMailbox>(this.#db, MAILBOX, [this.accountId, id]);
    return row === undefined ? null : fromStored(row);
  }

  async emails(ids: Id[], options?: { withoutStructure?: boolean }) {
    return readEmails({ ...this.#sql(), accountId: this.accountId }, ids, options);
  }

  async threads(ids: Id[]) {
    return readThreads(await this.#context(), ids);
  }

  async locations(emailIds: Id[]) {
    return readLocations(await this.#context(), emailIds);
  }

  async mailboxLocations(mailboxId: Id, fromUid: number, toUid: number) {
    return readMailboxLocations(await this.#context(), mailboxId, fromUid, toUid);
  }

  async countLocations(mailboxId: Id) {
    return countLocations(await this.#context(), mailboxId);
  }

  async unknownUids(mailboxId: Id, uids: number[]) {
    return unknownUids(await this.#context(), mailboxId, uids);
  }

  async query(query: EmailQuery) {
    const account = await this.#account();
    return runQuery(this.#sql(), await this.#plan(account, query), query, account.key);
  }

  async queryChanges(query: EmailQuery, sinceQueryState: State, maxChanges: number | null) {
    // `upToId` is for immutable sorts and filters only; mailboxes and keywords change (RFC 8620 §5.6).
    const account = await this.#account();
    const made = await this.#plan(account, query);
    return runQueryChanges(this.#sql(), account, made, sinceQueryState, maxChanges);
  }

  async changes(type: 'Mailbox' | 'Email' | 'Thread', sinceState: State, max: number) {
    return readChanges(this.#sql(), await this.#account(), type, sinceState, max);
  }

  async search(query: TextSearch, mailboxIds: Id[] | null, limit: number) {
    return searchText(await this.#context(), query, mailboxIds, limit);
  }

  async suggest(prefix: string, limit: number) {
    return suggestAddresses(this.#db, (await this.#account()).key, prefix, limit);
  }

  async write<T>(work: (writer: IndexWriter) => Promise<T>): Promise<T> {
    return this.#write(work);
  }

  async writeBehind<T>(work: (writer: IndexWriter) => Promise<T>): Promise<T> {
    if (this.#dialect === 'postgres') return this.#write(work);
    const release = await behind.lock();
    try {
      return await this.#write(work);
    } finally {
      release();
    }
  }

  async #write<T>(work: (writer: IndexWriter) => Promise<T>): Promise<T> {
    await this.#account();
    const { value, batch, state } = await this.#db.transaction().execute(async (transaction) => {
      const account = await this.#lock(transaction);
      const batch = new Batch(transaction, this.#dialect, account);
      const writer = new BatchWriter(batch);
      const value = await work(writer);
      await writer.finish();
      const { counter, details } = batch;
      if (counter !== account.counter || details !== account.details) {
        await transaction
          .updateTable('index_account')
          .set({ counter, details })
          .where('key', '=', account.key)
          .execute();
      }
      return { value, batch, state: stateOf({ ...account, counter }) };
    });
    await this.#prune(batch);
    if (batch.types.size > 0) for (const listener of this.#listeners) listener([...batch.types], state);
    return value;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async drop(): Promise<void> {
    await dropAccount(this.#sql(), this.accountId);
  }

  #account(): Promise<AccountRow> {
    return accountRow(this.#db, this.accountId);
  }

  #sql() {
    return { db: this.#db, dialect: this.#dialect };
  }

  async #context() {
    return { ...this.#sql(), account: (await this.#account()).key };
  }

  #plan(account: AccountRow, query: EmailQuery) {
    return plan({ ...this.#sql(), account, cache: this.#lists, aside: this.#aside }, query);
  }

  /** Writes of an account are serial: on SQLite all writes are, on Postgres its row is the lock. */
  #lock(transaction: Kysely<IndexTables>): Promise<AccountRow> {
    const row = transaction.selectFrom('index_account').selectAll().where('id', '=', this.accountId);
    return (this.#dialect === 'postgres' ? row.forUpdate() : row).executeTakeFirstOrThrow();
  }

  async #prune(batch: Batch): Promise<void> {
    this.#destroyed += batch.destroyed;
    if (this.#destroyed < PRUNE_EVERY) return;
    this.#destroyed = 0;
    await pruneTombstones(this.#db, batch.account);
  }
}
