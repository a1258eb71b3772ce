/** The timer of POP3 accounts: each is collected at its own interval, whether somebody looks or not. */
import { hasPassed } from '@/lib/clock';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { FeedHistory } from '@/lib/source/local/feed-history';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';

const TICK_MS = 30_000;
/** Signed in to at a time: after a start all of them are due at once. */
const TOGETHER = 4;
/** Below this a mail server feels harassed (gateway.md 3). */
export const MIN_INTERVAL_MINUTES = 5;

export class Feeds {
  readonly #accounts: Accounts;
  readonly #records: () => Promise<AccountRecord[]>;
  readonly #historyOf: (accountId: Id) => FeedHistory;
  readonly #notMarkedRead: (accountId: Id) => Promise<number>;
  readonly #collectedAt = new Map<Id, number>();
  readonly #due: Id[] = [];
  #workers = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `records`: all POP3 accounts of this installation. `notMarkedRead`: what was given up at the provider. */
  constructor(
    accounts: Accounts,
    records: () => Promise<AccountRecord[]>,
    historyOf: (accountId: Id) => FeedHistory,
    notMarkedRead: (accountId: Id) => Promise<number>,
  ) {
    this.#accounts = accounts;
    this.#records = records;
    this.#historyOf = historyOf;
    this.#notMarkedRead = notMarkedRead;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#due.length = 0;
  }

  /** Resolves when the list of the last one that is due is read. */
  async #work(): Promise<void> {
    for (let id = this.#due.shift(); id; id = this.#due.shift()) {
      try {
        await (await this.#accounts.open(id)).collect('timer');
      } catch (error) {
        log.info('feed.failed', { accountId: id, ...errorFields(error) });
      }
    }
  }

  /** As the control plane tells it. */
  async history(record: AccountRecord) {
    const history = this.#historyOf(record.id);
    const sessions = await history.sessions();
    const paused = await this.#isPaused(record);
    return {
      paused,
      failures: await history.failures(),
      skipped: await history.skipped(),
      notMarkedRead: record.settings.pop3.markReadOnFetch ? await this.#notMarkedRead(record.id) : 0,
      expireDays: sessions.find(({ code }) => code === null)?.expire_days ?? null,
      sessions: sessions.map((session, index) => ({
        startedAt: new Date(session.started_at).toISOString(),
        endedAt: new Date(session.ended_at).toISOString(),
        messages: session.messages,
        bytes: session.bytes,
        deleted: session.deleted,
        code: session.code,
        serverText: session.server_text,
        nextAt:
          session.next_at === null || (paused && index === 0)
            ? null
            : new Date(session.next_at).toISOString(),
      })),
    };
  }

  #isPaused({ id, settings }: AccountRecord): Promise<boolean> {
    return this.#historyOf(id).isPaused(settings.pop3.pauseAfterFailures);
  }

  /** When a session began, also one of another process, or of this one before it was started anew. */
  async #lastStart(id: Id): Promise<number> {
    const [last] = await this.#historyOf(id).sessions(1);
    return last?.started_at ?? 0;
  }

  #tick(): void {
    this.collectDue(Date.now()).catch((error) => log.warn('feeds.failed', errorFields(error)));
  }

  /** Resolves when it is known which accounts are due, and their collecting has begun. */
  async collectDue(now: number): Promise<void> {
    for (const record of await this.#records()) {
      const { id, settings } = record;
      const minutes = settings.pop3.intervalMinutes;
      if (minutes === 0) continue;
      const interval = Math.max(minutes, MIN_INTERVAL_MINUTES) * 60_000;
      if (!hasPassed(interval, this.#collectedAt.get(id) ?? 0, now)) continue;
      this.#collectedAt.set(id, now);
      const last = await this.#lastStart(id);
      if (!hasPassed(interval, last, now)) this.#collectedAt.set(id, last);
      else if (!(await this.#isPaused(record))) this.#due.push(id);
    }
    while (this.#workers < TOGETHER && this.#due.length > 0) {
      this.#workers += 1;
      void this.#work().finally(() => {
        this.#workers -= 1;
      });
    }
  }
}
