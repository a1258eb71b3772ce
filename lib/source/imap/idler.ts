/** One connection that stands in IDLE on one mailbox and says when something moves; it comes back by itself. */
import { AuthenticationError, ConnectionError } from '@/lib/errors';
import { pauseAfter } from '@/lib/imap/backoff';
import { type IdleNews, idle } from '@/lib/imap/idle';
import { notifyAll } from '@/lib/imap/notify';
import { select } from '@/lib/imap/select';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';

/** What lasted so long begins anew with the shortest pause; a connection that is lost each time is opened ever more seldom (R8). */
const STEADY_MS = 60_000;

export interface IdlerEvents {
  /** Something moved in its own mailbox. */
  onChange(): void;
  /** In another one, when the server notifies of all (RFC 5465). */
  onStatus(path: string): void;
  onList(): void;
  /** After each (re)connection: what happened meanwhile is not told by the server. `all`: it notifies of all mailboxes. */
  onReady(all: boolean): void;
  /** Its mailbox must be looked at in turn from now on. */
  onGiveUp(): void;
}

export class Idler {
  /** False once it gave up: the server has no IDLE, no connection to spare, or no trust in the password. */
  #waits = true;
  readonly #stop = new AbortController();
  #failures = 0;
  /** After an overflow plain IDLE is what this server can bear. */
  #mayNotify: boolean;

  constructor(
    readonly context: ImapContext,
    readonly path: string,
    readonly events: IdlerEvents,
    notify: boolean,
  ) {
    this.#mayNotify = notify;
    void this.#run();
  }

  get waits(): boolean {
    return this.#waits;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const signal = this.#stop.signal;
    while (!signal.aborted) {
      const since = Date.now();
      try {
        // Asked again and again it would sign in each second.
        if (!(await this.#watch(signal))) return this.#giveUp();
      } catch (error) {
        log.debug('imap.idle', errorFields(error));
        if (this.context.pool.noteCrowded(error) || error instanceof AuthenticationError)
          return this.#giveUp();
      }
      if (signal.aborted) return;
      const retryIn = this.context.pool.connector.retryIn;
      if (retryIn === null) return this.#giveUp();
      if (Date.now() - since >= STEADY_MS) this.#failures = 0;
      await pause(Math.max(retryIn, pauseAfter(this.#failures)), signal);
      this.#failures += 1;
    }
  }

  #giveUp(): void {
    this.#waits = false;
    if (!this.#stop.signal.aborted) this.events.onGiveUp();
  }

  /** @returns false when the server has no IDLE */
  async #watch(signal: AbortSignal): Promise<boolean> {
    const session = await this.context.pool.connector.open('watch');
    try {
      if (signal.aborted) return true;
      if (!session.has('IDLE')) return false;
      await select(session, this.path);
      const all = this.#mayNotify && (await notifyAll(session));
      if (signal.aborted) return true;
      this.events.onReady(all);
      const { onChange, onStatus, onList } = this.events;
      const news: IdleNews = all ? { onChange, onStatus, onList } : { onChange };
      // What is missed from here on is found by the new connection.
      const onOverflow = () => {
        this.#mayNotify = false;
        session.abort(new ConnectionError('connectionLost', 'NOTIFICATIONOVERFLOW'));
      };
      await idle(session, { ...news, onOverflow }, signal);
      return true;
    } finally {
      if (session.alive) session.logout().catch((error) => log.debug('imap.logout', errorFields(error)));
    }
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
