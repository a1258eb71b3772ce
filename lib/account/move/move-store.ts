/** Tables move and move_item: what is copied where, and how far each message is. */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { insertRows } from '@/lib/db/insert-rows';
import type { FeedTables, MoveItemState, MoveItemTable, MoveTable } from '@/lib/db/tables/feed';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';

export type Counts = Record<MoveItemState, number>;
export type NewMove = Pick<
  MoveTable,
  'user_id' | 'from_account' | 'to_account' | 'from_mailbox' | 'to_mailbox' | 'every_minutes'
>;

type Change = Partial<Pick<MoveTable, 'state' | 'code' | 'ran_at'>>;

export class MoveStore {
  readonly #db: Kysely<FeedTables>;

  constructor(db: Kysely<FeedTables>) {
    this.#db = db;
  }

  async add(move: NewMove): Promise<MoveTable> {
    const row: MoveTable = {
      ...{ ...move, id: `h${randomBytes(10).toString('hex')}` },
      ...{ state: 'running', code: null, created_at: Date.now(), ran_at: null },
    };
    await this.#db.insertInto('move').values(row).execute();
    return row;
  }

  /** The newest first. */
  of(userId: string): Promise<MoveTable[]> {
    const rows = this.#db.selectFrom('move').selectAll().where('user_id', '=', userId);
    return rows.orderBy('created_at', 'desc').execute();
  }

  /** Of all users: for the timer. */
  running(): Promise<MoveTable[]> {
    return this.#db.selectFrom('move').selectAll().where('state', '=', 'running').execute();
  }

  /** @throws notFound, also for one of somebody else (security.md S19) */
  async own(userId: string, id: Id): Promise<MoveTable> {
    const row = await this.#db
      .selectFrom('move')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (!row) throw new RequestError('notFound', 'there is no such move');
    return row;
  }

  async set(id: Id, change: Change): Promise<void> {
    await this.#db.updateTable('move').set(change).where('id', '=', id).execute();
  }

  /** What a pass came to. Paused or removed meanwhile, also by another process: it stays so. */
  async finish(id: Id, change: Change): Promise<void> {
    await this.#db
      .updateTable('move')
      .set(change)
      .where('id', '=', id)
      .where('state', '=', 'running')
      .execute();
  }

  async isRunning(id: Id): Promise<boolean> {
    const row = await this.#db.selectFrom('move').select('state').where('id', '=', id).executeTakeFirst();
    return row?.state === 'running';
  }

  async remove(id: Id): Promise<void> {
    await this.#db.deleteFrom('move_item').where('move_id', '=', id).execute();
    await this.#db.deleteFrom('move').where('id', '=', id).execute();
  }

  /** Known ones stay as they are. */
  async see(moveId: Id, emails: { id: Id; size: number }[]): Promise<void> {
    const rows = emails.map(({ id, size }) => [moveId, id, 'seen', size]);
    const columns = ['move_id', 'email_id', 'state', 'size'];
    await insertRows(this.#db, 'move_item', columns, rows, 'on conflict do nothing');
  }

  /** In pages: an account may have a million. */
  items(moveId: Id, states: MoveItemState[], after: Id, limit: number): Promise<MoveItemTable[]> {
    return this.#db
      .selectFrom('move_item')
      .selectAll()
      .where('move_id', '=', moveId)
      .where('state', 'in', states)
      .where('email_id', '>', after)
      .orderBy('email_id')
      .limit(limit)
      .execute();
  }

  async setItem(
    moveId: Id,
    emailId: Id,
    change: Partial<Pick<MoveItemTable, 'state' | 'sha256' | 'new_id' | 'code'>>,
  ): Promise<void> {
    await this.#db
      .updateTable('move_item')
      .set(change)
      .where('move_id', '=', moveId)
      .where('email_id', '=', emailId)
      .execute();
  }

  async drop(moveId: Id, emailId: Id): Promise<void> {
    const items = this.#db.deleteFrom('move_item').where('move_id', '=', moveId);
    await items.where('email_id', '=', emailId).execute();
  }

  /** What was not taken is tried again, and looked for first: it may have been refused half way. What is there and differs is not put there twice. */
  async retry(moveId: Id): Promise<void> {
    await this.#db
      .updateTable('move_item')
      .set({ state: 'tried', code: null })
      .where('move_id', '=', moveId)
      .where('state', '=', 'refused')
      .where('new_id', 'is', null)
      .execute();
  }

  async counts(moveId: Id): Promise<Counts> {
    const rows = await this.#db
      .selectFrom('move_item')
      .select((select) => ['state', select.fn.countAll<number | string>().as('count')])
      .where('move_id', '=', moveId)
      .groupBy('state')
      .execute();
    const counts: Counts = { seen: 0, tried: 0, copied: 0, verified: 0, refused: 0, deleted: 0 };
    for (const { state, count } of rows) counts[state] = Number(count);
    return counts;
  }

  /** The account is gone for ever. */
  async forget(accountId: Id): Promise<void> {
    const rows = await this.#db
      .selectFrom('move')
      .select('id')
      .where((either) =>
        either.or([either('from_account', '=', accountId), either('to_account', '=', accountId)]),
      )
      .execute();
    for (const { id } of rows) await this.remove(id);
  }
}
