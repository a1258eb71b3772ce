/** What is kept of a person's mail here, and the limit for all local accounts of one person together. */
import type { Kysely } from 'kysely';
import { hasPassed } from '@/lib/clock';
import type { MainTables } from '@/lib/db/tables';
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { StoredMail } from '@/lib/source/source';

/** Other accounts and other processes store, too. */
const KNOWN_MS = 10_000;
const MEGABYTE = 1024 ** 2;

export class LocalStorage {
  readonly #db: Kysely<MainTables>;
  readonly #accountId: Id;
  readonly #userId: string;
  readonly #limit: number | null;
  #known = { used: 0, at: 0 };

  constructor(db: Kysely<MainTables>, account: { id: Id; userId: string }, limit: number | null) {
    this.#db = db;
    this.#accountId = account.id;
    this.#userId = account.userId;
    this.#limit = limit;
  }

  get isLimited(): boolean {
    return this.#limit !== null;
  }

  /** Before so many bytes are stored. @throws mailStoreFull */
  async admit(bytes: number): Promise<void> {
    const limit = this.#limit;
    if (limit === null) return;
    const isOld = hasPassed(KNOWN_MS, this.#known.at);
    // Something may have been deleted since.
    if (isOld || this.#known.used + bytes > limit) this.#known = { used: await this.#used(), at: Date.now() };
    if (this.#known.used + bytes > limit) {
      const params = { used: Math.ceil(this.#known.used / MEGABYTE), limit: Math.floor(limit / MEGABYTE) };
      throw new RequestError('mailStoreFull', 'no more mail may be kept', { params });
    }
    this.#known.used += bytes;
  }

  async stored(): Promise<StoredMail> {
    const { messages, bytes } = await this.#db
      .selectFrom('local_email')
      .select((select) => [
        select.fn.countAll<number | string>().as('messages'),
        select.fn.sum<number | string | null>('size').as('bytes'),
      ])
      .where('account_id', '=', this.#accountId)
      .executeTakeFirstOrThrow();
    const used = await this.#used();
    return { messages: Number(messages), bytes: Number(bytes ?? 0), used, limit: this.#limit };
  }

  async #used(): Promise<number> {
    const { bytes } = await this.#db
      .selectFrom('local_email')
      .innerJoin('account', 'account.id', 'local_email.account_id')
      .select((select) => select.fn.sum<number | string | null>('local_email.size').as('bytes'))
      .where('account.user_id', '=', this.#userId)
      .executeTakeFirstOrThrow();
    return Number(bytes ?? 0);
  }
}
