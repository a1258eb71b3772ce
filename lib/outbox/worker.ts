/** Takes up what is due, a few at a time, and sleeps until the next row's time. */
import { errorFields, log } from '@/lib/log';
import { type AttemptDeps, attempt } from './attempt';
import { claimDue, sweepAbandoned } from './claim';
import { fileOne } from './filing';

const CONCURRENCY = 4;
/** Rows queued by another node are found at the latest after this long. */
const MAX_SLEEP = 15_000;
/** npm start must end within 5 s. */
const STOP_PATIENCE = 4_000;

export class OutboxWorker {
  readonly #deps: AttemptDeps;
  readonly #active = new Set<Promise<void>>();
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
    await Promise.race([Promise.all(this.#active), enough]);
    clearTimeout(patience);
  }

  async #takeUp(): Promise<void> {
    try {
      const { db, host } = this.#deps;
      for (const row of await sweepAbandoned(db, Date.now())) host.changed(row.account_id);
      while (this.#running && this.#active.size < CONCURRENCY) {
        const row = await claimDue(db, Date.now());
        if (!row) break;
        host.changed(row.account_id);
        this.#track(attempt(this.#deps, row));
      }
      while (this.#running && (await fileOne(this.#deps)));
      await this.#sleep();
    } catch (error) {
      log.error('outbox', errorFields(error));
      this.#sleepFor(MAX_SLEEP);
    }
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error) => log.error('submission', errorFields(error)))
      .finally(() => {
        this.#active.delete(tracked);
        this.wake();
      });
    this.#active.add(tracked);
  }

  async #sleep(): Promise<void> {
    const next = await this.#deps.db
      .selectFrom('submission')
      .select((eb) => eb.fn.min('next_try_at').as('at'))
      .where('state', 'in', ['held', 'due'])
      .executeTakeFirst();
    const wait = next?.at ? next.at - Date.now() : MAX_SLEEP;
    this.#sleepFor(Math.min(Math.max(wait, 50), MAX_SLEEP));
  }

  #sleepFor(ms: number): void {
    if (!this.#running) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), ms);
  }
}
