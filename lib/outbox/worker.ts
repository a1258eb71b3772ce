/**
 * Takes up what is due, a few at a time, and sleeps until the next row's time. Each account has a share of its own: a server
 * that keeps silent for ten minutes keeps nobody else's mail back.
 */
import { errorFields, log } from '@/lib/log';
import { type AttemptDeps, attempt } from './attempt';
import { claimDue, nextDueAt, sweepAbandoned } from './claim';
import { claimCopy, fileCopy } from './filing';
import { Share } from './share';
import type { Row } from './store';

const AT_ONCE = 32;
/** More connections at a time look like abuse to a provider. */
const AT_ONCE_PER_ACCOUNT = 2;
/** Messages on the wire are in memory; one of the largest always fits. */
const MAX_BYTES = 256 * 1024 * 1024;
const FILED_AT_ONCE = 8;
/** Rows queued by another node are found at the latest after this long. */
const MAX_SLEEP = 15_000;
/** npm start must end within 5 s. */
const STOP_PATIENCE = 4_000;

export class OutboxWorker {
  readonly #deps: AttemptDeps;
  readonly #sending = new Share<Row>(AT_ONCE, AT_ONCE_PER_ACCOUNT);
  /** All writes of an account are serial. */
  readonly #filing = new Share<Row>(FILED_AT_ONCE, 1);
  #timer: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();
  #running = false;

  constructor(deps: AttemptDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  /** Looks now instead of at the next appointed time. */
  wake(): void {
    if (!this.#running) return;
    this.#turn = this.#turn.then(() => this.#takeUp());
  }

  async stop(): Promise<void> {
    this.#running = false;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#turn;
    let patience: NodeJS.Timeout | undefined;
    const enough = new Promise((resolve) => {
      patience = setTimeout(resolve, STOP_PATIENCE);
    });
    await Promise.race([Promise.all([this.#sending.settled(), this.#filing.settled()]), enough]);
    clearTimeout(patience);
  }

  async #takeUp(): Promise<void> {
    try {
      for (const row of await sweepAbandoned(this.#deps.db)) this.#deps.host.changed(row.account_id);
      await this.#send();
      await this.#file();
      await this.#sleep();
    } catch (error) {
      log.error('outbox', errorFields(error));
      this.#sleepFor(MAX_SLEEP);
    }
  }

  async #send(): Promise<void> {
    while (this.#running && this.#sending.hasRoom()) {
      const bytes = MAX_BYTES - this.#sending.sum(({ size }) => size);
      const row = await claimDue(this.#deps.db, Date.now(), { busy: this.#sending.busy(), bytes });
      if (!row) return;
      this.#deps.host.changed(row.account_id);
      this.#sending.add(row.account_id, row, this.#done(attempt(this.#deps, row)));
    }
  }

  async #file(): Promise<void> {
    while (this.#running && this.#filing.hasRoom()) {
      const row = await claimCopy(this.#deps, this.#filing.busy());
      if (!row) return;
      this.#filing.add(row.account_id, row, this.#done(fileCopy(this.#deps, row)));
    }
  }

  async #done(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      log.error('submission', errorFields(error));
    }
    // After this turn, in which it still counts as under way.
    setImmediate(() => this.wake());
  }

  /** What waits for room is looked at when something ends. */
  async #sleep(): Promise<void> {
    const at = this.#sending.hasRoom() ? await nextDueAt(this.#deps.db, this.#sending.busy()) : null;
    const wait = at === null ? MAX_SLEEP : at - Date.now();
    this.#sleepFor(Math.min(Math.max(wait, 50), MAX_SLEEP));
  }

  #sleepFor(ms: number): void {
    if (!this.#running) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), ms);
  }
}
