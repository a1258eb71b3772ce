/** One connection that stands in IDLE on one mailbox and says when something moves; it comes back by itself. */
import { AuthenticationError } from '@/lib/errors';
import { idle } from '@/lib/imap/idle';
import { select } from '@/lib/imap/select';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';

/** Several lines of one event come together. */
const SETTLE_MS = 50;
/** A connection that was lost at once is not opened again in a loop. */
const RETRY_MS = 1_000;

export class Idler {
  readonly #stop = new AbortController();
  #settle: NodeJS.Timeout | undefined;

  /** @param onChange also after each (re)connection: what happened meanwhile is not told by the server */
  constructor(
    readonly context: ImapContext,
    readonly path: string,
    readonly onChange: () => void,
  ) {
    void this.#run();
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#settle);
  }

  async #run(): Promise<void> {
    const signal = this.#stop.signal;
    while (!signal.aborted) {
      try {
        await this.#watch(signal);
      } catch (error) {
        log.debug('imap.idle', errorFields(error));
        if (this.context.pool.noteCrowded(error) || error instanceof AuthenticationError) return;
      }
      if (signal.aborted) return;
      const retryIn = this.context.pool.connector.retryIn;
      if (retryIn === null) return;
      await pause(Math.max(retryIn, RETRY_MS * (0.5 + Math.random())), signal);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const session = await this.context.pool.connector.open();
    try {
      if (signal.aborted || !session.has('IDLE')) return;
      await select(session, this.path);
      this.onChange();
      await idle(session, () => this.#changed(), signal);
    } finally {
      if (session.alive) session.logout().catch((error) => log.debug('imap.logout', errorFields(error)));
    }
  }

  #changed(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(this.onChange, SETTLE_MS);
    this.#settle.unref();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
