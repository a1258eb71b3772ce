/**
 * Table pop_read_mark: what came as read and is to be marked so at its provider, too, by Message-ID, until that is done or
 * given up. Written in the transaction that stores the message.
 */
import type { Kysely } from 'kysely';
import { type Executor, insertRows } from '@/lib/db/insert-rows';
import type { FeedTables } from '@/lib/db/tables/feed';
import type { Id } from '@/lib/jmap/types';

/** After the first try; then twice as long each time, up to the most. */
const FIRST_WAIT_MS = 60_000;
const MOST_WAIT_MS = 6 * 60 * 60_000;
/** Which takes three days. A clock that jumps gives nothing up. */
const MOST_TRIES = 20;
/** Marked at a time. */
const PAGE = 500;
/** RFC 5322 §2.1.1: no line is longer. */
const LONGEST_ID = 998;

export class ReadMarks {
  readonly #accountId: Id;
  readonly #db: Kysely<FeedTables>;

  constructor(accountId: Id, db: Kysely<FeedTables>) {
    this.#accountId = accountId;
    this.#db = db;
  }

  /** Accounts that have some to try now. */
  static async due(db: Kysely<FeedTables>, now: number): Promise<Id[]> {
    const rows = await db
      .selectFrom('pop_read_mark')
      .select('account_id')
      .distinct()
      .where((either) => either.or([either('due_at', '<=', now), either('due_at', '>', now + MOST_WAIT_MS)]))
      .execute();
    return rows.map(({ account_id }) => account_id);
  }

  async add(transaction: Executor, messageIds: (string | undefined)[], now: number): Promise<void> {
    const rows = messageIds.flatMap((id) =>
      id !== undefined && id.length <= LONGEST_ID ? [[this.#accountId, id, 0, now]] : [],
    );
    const columns = ['account_id', 'message_id', 'tries', 'due_at'];
    await insertRows(transaction, 'pop_read_mark', columns, rows, 'on conflict do nothing');
  }

  /** Those that are due, put off before they are tried: a process that dies over them does not try them for ever. */
  async take(now: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('pop_read_mark')
      .select(['message_id', 'tries'])
      .where('account_id', '=', this.#accountId)
      // No wait is longer: what seems to be one is of a clock that was set back.
      .where((either) => either.or([either('due_at', '<=', now), either('due_at', '>', now + MOST_WAIT_MS)]))
      .orderBy('due_at')
      .limit(PAGE)
      .execute();
    for (const tries of new Set(rows.map((row) => row.tries))) {
      const wait = Math.min(FIRST_WAIT_MS * 2 ** tries, MOST_WAIT_MS);
      await this.#db
        .updateTable('pop_read_mark')
        .set({ tries: tries + 1, due_at: tries + 1 < MOST_TRIES ? now + wait : null })
        .where('account_id', '=', this.#accountId)
        .where(
          'message_id',
          'in',
          rows.filter((row) => row.tries === tries).map(({ message_id }) => message_id),
        )
        .execute();
    }
    return rows.map(({ message_id }) => message_id);
  }

  /** Marked, or not there to be marked. What had been given up is tried again: the server is back. */
  async done(messageIds: string[], now: number): Promise<void> {
    await this.#db
      .deleteFrom('pop_read_mark')
      .where('account_id', '=', this.#accountId)
      .where('message_id', 'in', messageIds)
      .execute();
    await this.#db
      .updateTable('pop_read_mark')
      .set({ tries: 0, due_at: now })
      .where('account_id', '=', this.#accountId)
      .where('due_at', 'is', null)
      .execute();
  }

  /** There is nowhere to mark it. */
  async clear(): Promise<void> {
    await this.#db.deleteFrom('pop_read_mark').where('account_id', '=', this.#accountId).execute();
  }

  async givenUp(): Promise<number> {
    const row = await this.#db
      .selectFrom('pop_read_mark')
      .select((select) => select.fn.countAll<number | string>().as('count'))
      .where('account_id', '=', this.#accountId)
      .where('due_at', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }
}
