/**
 * One process at a time works on a maildrop: two that read the same list would store each message twice. Whoever takes the
 * lease fences off the one before: what that one commits next finds another token and is rolled back.
 */
import type { Kysely } from 'kysely';
import { sharedNow } from '@/lib/db/shared-clock';
import type { FeedLeaseTable, FeedTables } from '@/lib/db/tables/feed';
import { ConnectionError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { isOfTheDead, ownToken } from '@/lib/source/local/lease-owner';

const RENEW_MS = 5_000;
/** Not renewed for so long: that process is gone. A disk or a database may stand still for some seconds. */
const GONE_MS = 4 * RENEW_MS;

export class FeedLease {
  readonly #accountId: Id;
  readonly #db: Kysely<FeedTables>;
  readonly #token = ownToken();
  #renewing: NodeJS.Timeout | null = null;

  constructor(accountId: Id, db: Kysely<FeedTables>) {
    this.#accountId = accountId;
    this.#db = db;
  }

  /** Whether a process that lives has it: a timer leaves it alone then, a person does not. */
  async isHeldElsewhere(): Promise<boolean> {
    return ((await this.msElsewhere()) ?? 0) > 0;
  }

  /** How long the lease of another process lasts if that one does not renew it; perhaps it has. null: no other has one. */
  async msElsewhere(): Promise<number | null> {
    const row = await this.#row();
    return row === undefined || row.token === this.#token ? null : this.#msLeft(row);
  }

  /** From whoever has it. */
  async take(): Promise<void> {
    const held = this.#held();
    await this.#db
      .insertInto('feed_lease')
      .values({ account_id: this.#accountId, ...held })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(held))
      .execute();
    this.#keep();
  }

  /** Only from one that is gone, and of several that ask at once only one gets it. @returns whether it is taken */
  async takeFree(): Promise<boolean> {
    const row = await this.#row();
    if (row && this.#msLeft(row) > 0) return false;
    const held = this.#held();
    const taken = await this.#db
      .insertInto('feed_lease')
      .values({ account_id: this.#accountId, ...held })
      .onConflict((conflict) =>
        conflict
          .column('account_id')
          .doUpdateSet(held)
          .where('feed_lease.token', '=', row?.token ?? '')
          .where('feed_lease.renewed_at', '=', row?.renewed_at ?? 0),
      )
      .returning('token')
      .executeTakeFirst();
    if (taken) this.#keep();
    return taken !== undefined;
  }

  /** In the transaction that stores. @throws connectionLost when another process has taken it */
  async hold(transaction: Kysely<FeedTables>): Promise<void> {
    const { numUpdatedRows } = await transaction
      .updateTable('feed_lease')
      .set({ renewed_at: sharedNow(transaction) })
      .where('account_id', '=', this.#accountId)
      .where('token', '=', this.#token)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) {
      throw new ConnectionError('connectionLost', 'another process collects this account now');
    }
  }

  async release(): Promise<void> {
    if (this.#renewing) clearInterval(this.#renewing);
    await this.#db
      .deleteFrom('feed_lease')
      .where('account_id', '=', this.#accountId)
      .where('token', '=', this.#token)
      .execute();
  }

  #row() {
    return this.#db
      .selectFrom('feed_lease')
      .selectAll()
      .select(sharedNow(this.#db).as('now'))
      .where('account_id', '=', this.#accountId)
      .executeTakeFirst();
  }

  #msLeft({ token, renewed_at, now }: FeedLeaseTable & { now: number }): number {
    if (token === this.#token || isOfTheDead(token)) return 0;
    // A clock that was set back makes no lease longer.
    return Math.min(Math.max(renewed_at + GONE_MS - now, 0), GONE_MS);
  }

  #held() {
    return { token: this.#token, renewed_at: sharedNow(this.#db) };
  }

  #keep(): void {
    this.#renewing = setInterval(() => this.#renew(), RENEW_MS).unref();
  }

  #renew(): void {
    // Whoever has lost it is told by `hold`.
    this.hold(this.#db).catch((error) => log.debug('feed.lease', errorFields(error)));
  }
}
