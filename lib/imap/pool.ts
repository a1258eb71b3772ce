/**
 * An account's connections: `interactive` for what a person waits for, `bulk` for filling and downloads, and one that
 * idles (watch). imapflow runs one command at a time on each, so one alone would put downloads in front of clicks.
 */
import { MailError } from '@/lib/errors';
import { Connector, type ConnectorOptions } from './connector';
import { isCrowded } from './errors';
import { Lane } from './lane';
import type { ImapSession } from './session';

const INTERACTIVE_IDLE_MS = 2 * 60_000;
const BULK_IDLE_MS = 30_000;
/** How long one connection has to do after the server complained of too many. */
const SHRUNK_MS = 10 * 60_000;

export interface Job {
  /** Reads only: run again on a new connection when the first one breaks. Default true. */
  retry?: boolean;
  /** Its time is up. */
  signal?: AbortSignal;
  /** Nobody waits for it any more: its connection is given up, unless a person's clicks stand on the same one. */
  left?: AbortSignal;
}

export class ImapPool {
  readonly connector: Connector;
  readonly #interactive: Lane;
  readonly #bulk: Lane;
  #shrunkUntil = 0;
  #relieving = false;

  constructor(options: ConnectorOptions) {
    this.connector = new Connector(options);
    this.#interactive = new Lane(this.connector, 'interactive', INTERACTIVE_IDLE_MS, () => this.#relieve());
    this.#bulk = new Lane(this.connector, 'bulk', BULK_IDLE_MS);
  }

  /** True while the server allows only one connection: then nothing idles, changes are polled. */
  get shrunk(): boolean {
    return Date.now() < this.#shrunkUntil;
  }

  interactive<T>(work: (session: ImapSession) => Promise<T>, job: Job = {}): Promise<T> {
    const done = this.#interactive.run(work, { urgent: true, retry: job.retry ?? true });
    if (this.#interactive.held) this.#relieve();
    return done;
  }

  /** Clicks that wait behind one that the server does not answer go to the other connection, once that is there and free. */
  #relieve(): void {
    if (this.shrunk || this.#relieving) return;
    this.#relieving = true;
    this.#bulk
      .run(async () => undefined, { urgent: true, retry: true })
      .then(() => {
        if (this.#interactive.held) this.#interactive.handOver(this.#bulk);
      })
      // Where there is no other connection they wait.
      .catch((error) => this.noteCrowded(error))
      .finally(() => {
        this.#relieving = false;
      });
  }

  /** Jobs must be short (a chunk, not a mailbox): when the pool is shrunk they stand between a person's jobs. */
  async bulk<T>(work: (session: ImapSession) => Promise<T>, job: Job = {}): Promise<T> {
    const { left, ...rest } = job;
    const options = { ...rest, urgent: false, retry: job.retry ?? true };
    if (this.shrunk) return this.#interactive.run(work, options);
    try {
      return await this.#bulk.run(work, { ...options, ...(left ? { left } : {}) });
    } catch (error) {
      if (!this.noteCrowded(error)) throw error;
      return this.#interactive.run(work, options);
    }
  }

  /** @returns whether the server complained of too many connections: the pool shrinks then */
  noteCrowded(error: unknown): boolean {
    if (!(error instanceof MailError) || !isCrowded(error)) return false;
    this.#shrunkUntil = Date.now() + SHRUNK_MS;
    return true;
  }

  /** New sessions from now on (a new password). */
  drop(): void {
    this.#interactive.drop();
    this.#bulk.drop();
  }

  close(): void {
    this.#interactive.close();
    this.#bulk.close();
  }
}
