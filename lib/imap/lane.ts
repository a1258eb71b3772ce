/** One connection and the jobs that wait for it: one at a time, urgent ones first, the connection kept while it is used. */
import { ConnectionError, ProtocolError } from '@/lib/errors';
import type { Connector } from './connector';
import type { ImapSession } from './session';
import type { ConnectionUse } from './transcript';

export interface JobOptions {
  urgent: boolean;
  /** The job only reads: when the connection breaks under it, it is run once more on a new one. */
  retry: boolean;
}

interface Job {
  urgent: boolean;
  run(): Promise<void>;
}

export class Lane {
  readonly #jobs: Job[] = [];
  #session: ImapSession | null = null;
  #running = false;
  #closed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  /** @param idleMs after which an unused connection is closed */
  constructor(
    readonly connector: Connector,
    readonly use: ConnectionUse,
    readonly idleMs: number,
  ) {}

  get waiting(): number {
    return this.#jobs.length;
  }

  run<T>(work: (session: ImapSession) => Promise<T>, options: JobOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = () => this.#attempt(work, options.retry).then(resolve, reject);
      this.#enqueue({ urgent: options.urgent, run });
    });
  }

  #enqueue(job: Job): void {
    const before = job.urgent ? this.#jobs.findIndex((other) => !other.urgent) : -1;
    if (before < 0) this.#jobs.push(job);
    else this.#jobs.splice(before, 0, job);
    void this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#idleTimer);
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) await job.run();
    this.#running = false;
    if (this.#session) {
      this.#idleTimer = setTimeout(() => this.#release(), this.idleMs);
      this.#idleTimer.unref();
    }
  }

  async #attempt<T>(work: (session: ImapSession) => Promise<T>, retry: boolean): Promise<T> {
    const session = await this.#ready();
    try {
      const result = await work(session);
      this.connector.healthy();
      return result;
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof ProtocolError)) throw error;
      session.close();
      if (!retry || this.#closed) throw error;
      return this.#attempt(work, false);
    }
  }

  async #ready(): Promise<ImapSession> {
    if (this.#closed) throw new ConnectionError('connectionLost', 'closed');
    if (this.#session?.alive) return this.#session;
    const session = await this.connector.open(this.use);
    if (this.#closed) {
      session.close();
      throw new ConnectionError('connectionLost', 'closed');
    }
    this.#session = session;
    session.onClose(() => {
      if (this.#session === session) this.#session = null;
    });
    return session;
  }

  #release(): void {
    const session = this.#session;
    this.#session = null;
    // A goodbye that fails leaves nothing behind.
    session?.logout().catch(() => session.close());
  }

  /** Breaks what runs; jobs that wait fail. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    this.#session?.close();
    this.#session = null;
  }

  /** Drops the connection, not the jobs: the next one opens a new one. */
  drop(): void {
    this.#session?.close();
    this.#session = null;
  }
}
