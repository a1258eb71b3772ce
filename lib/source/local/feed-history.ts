/** Table pop_session: what became of the last sessions with a maildrop, and whether it is left alone for now. */
import type { Kysely } from 'kysely';
import type { FeedTables, PopSessionTable } from '@/lib/db/tables/feed';
import type { Id } from '@/lib/jmap/types';

/** Of one account. */
const KEPT = 100;
/** Ends that say nothing about the account or its server: somebody stopped it, another program has the maildrop open. */
const NO_FAILURES = new Set<string | null>(['stopped', 'maildropInUse']);

export type FeedSession = Omit<PopSessionTable, 'account_id'>;

export class FeedHistory {
  readonly #accountId: Id;
  readonly #db: Kysely<FeedTables>;

  constructor(accountId: Id, db: Kysely<FeedTables>) {
    this.#accountId = accountId;
    this.#db = db;
  }

  /** Newest first. */
  async sessions(limit = KEPT): Promise<FeedSession[]> {
    const rows = await this.#db
      .selectFrom('pop_session')
      .selectAll()
      .where('account_id', '=', this.#accountId)
      .orderBy('started_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ account_id: _, ...session }) => session);
  }

  async add(session: FeedSession): Promise<void> {
    await this.#bringBack(session.started_at);
    await this.#db
      .insertInto('pop_session')
      .values({ account_id: this.#accountId, ...session })
      .onConflict((conflict) => conflict.columns(['account_id', 'started_at']).doUpdateSet(session))
      .execute();
    const oldest = (await this.sessions(KEPT)).at(KEPT - 1);
    if (!oldest) return;
    await this.#db
      .deleteFrom('pop_session')
      .where('account_id', '=', this.#accountId)
      .where('started_at', '<', oldest.started_at)
      // One stays that went well, for all the failures since: what comes then is no first session.
      .where('started_at', '!=', (await this.#lastGood()) ?? 0)
      .execute();
  }

  /** What a clock that was ahead has dated later than this was earlier, in its order. */
  async #bringBack(now: number): Promise<void> {
    const ahead = (await this.sessions()).filter(({ started_at }) => started_at > now);
    for (const [index, { started_at, ...session }] of ahead.entries()) {
      const before = now - 1 - index;
      const own = this.#db.deleteFrom('pop_session').where('account_id', '=', this.#accountId);
      await own.where('started_at', 'in', [started_at, before]).execute();
      const row = { ...session, ended_at: Math.min(session.ended_at, before + 1_000), next_at: null };
      await this.#db
        .insertInto('pop_session')
        .values({ ...row, account_id: this.#accountId, started_at: before })
        .execute();
    }
  }

  async #lastGood(): Promise<number | null> {
    const row = await this.#db
      .selectFrom('pop_session')
      .select((select) => select.fn.max('started_at').as('at'))
      .where('account_id', '=', this.#accountId)
      .where('code', 'is', null)
      .executeTakeFirst();
    return row?.at ?? null;
  }

  /** Sessions that failed since the last one that did not, newest first. */
  async failed(): Promise<FeedSession[]> {
    const sessions = (await this.sessions()).filter(({ code }) => !NO_FAILURES.has(code));
    const good = sessions.findIndex(({ code }) => code === null);
    return good < 0 ? sessions : sessions.slice(0, good);
  }

  async failures(): Promise<number> {
    return (await this.failed()).length;
  }

  /** `limit` 0: never. */
  async isPaused(limit: number): Promise<boolean> {
    return limit > 0 && (await this.failures()) >= limit;
  }

  /** Messages that the first session left on the server. */
  async skipped(): Promise<number> {
    const row = await this.#db
      .selectFrom('pop_uidl')
      .select((select) => select.fn.countAll<number | string>().as('count'))
      .where('account_id', '=', this.#accountId)
      .where('state', '=', 'skipped')
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  /** When the first session ended that went well, of those that are known; null: none did yet. */
  async begunAt(): Promise<number | null> {
    const row = await this.#db
      .selectFrom('pop_session')
      .select('ended_at')
      .where('account_id', '=', this.#accountId)
      .where('code', 'is', null)
      .orderBy('started_at')
      .limit(1)
      .executeTakeFirst();
    return row?.ended_at ?? null;
  }
}
