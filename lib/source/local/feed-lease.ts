/**
 * One process at a time works on a maildrop: two that read the same list would store each message twice. Whoever takes the
 * lease fences off the one before: what that one commits next finds another token and is rolled back.
 */
import type { Kysely } from 'kysely';
import type { FeedTables } from '@/lib/db/tables/feed';
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
    return ((await this.endElsewhere()) ?? 0) > Date.now();
  }

  /** When the lease of another process ends if that one does not renew it; perhaps it has. null: no other has one. */
  async endElsewhere(): Promise<number | null> {
    const row = await this.#db
      .selectFrom('feed_lease')
      .selectAll()
      .where('account_id', '=', this.#accountId)
      .executeTakeFirst();
    if (row === undefined || row.token === this.#token) return null;
    return isOfTheDead(row.token) ? 0 : row.renewed_at + GONE_MS;
  }

  async take(): Promise<void> {
    const held = { token: this.#token, renewed_at: Date.now() };
    await this.#db
      .insertInto('feed_lease')
      .values({ account_id: this.#accountId, ...held })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(held))
      .execute();
    this.#renewing = setInterval(() => this.#renew(), RENEW_MS).unref();
  }

  /** In the transaction that stores. @throws connectionLost when another process has taken it */
  async hold(transaction: Kysely<FeedTables>): Promise<void> {
    const { numUpdatedRows } = await transaction
      .updateTable('feed_lease')
      .set({ renewed_at: Date.now() })
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

  #renew(): void {
    // Whoever has lost it is told by `hold`.
    this.hold(this.#db).catch((error) => log.debug('feed.lease', errorFields(error)));
  }
}
