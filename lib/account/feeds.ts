/** The timer of POP3 accounts: each is collected at its own interval, whether somebody looks or not. */
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';

const TICK_MS = 30_000;
/** Below this a mail server feels harassed (gateway.md 3). */
export const MIN_INTERVAL_MINUTES = 5;

export class Feeds {
  readonly #accounts: Accounts;
  readonly #records: () => Promise<AccountRecord[]>;
  readonly #collectedAt = new Map<Id, number>();
  #timer: NodeJS.Timeout | null = null;

  /** `records`: all POP3 accounts of this installation. */
  constructor(accounts: Accounts, records: () => Promise<AccountRecord[]>) {
    this.#accounts = accounts;
    this.#records = records;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Collects now; resolves when the server has let us in. */
  async fetchNow(accountId: Id): Promise<void> {
    this.#collectedAt.set(accountId, Date.now());
    const account = await this.#accounts.open(accountId);
    await account.collect();
  }

  #tick(): void {
    this.#collectDue(Date.now()).catch((error) => log.warn('feeds.failed', errorFields(error)));
  }

  async #collectDue(now: number): Promise<void> {
    for (const { id, settings } of await this.#records()) {
      const minutes = settings.pop3.intervalMinutes;
      if (minutes === 0) continue;
      const interval = Math.max(minutes, MIN_INTERVAL_MINUTES) * 60_000;
      if (now - (this.#collectedAt.get(id) ?? 0) < interval) continue;
      this.fetchNow(id).catch((error) => log.info('feed.failed', { accountId: id, ...errorFields(error) }));
    }
  }
}
