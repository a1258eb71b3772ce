/** One connection and the jobs that wait for it: one at a time, urgent ones first, the connection kept while it is used. */
import { ConnectionError, ProtocolError } from '@/lib/errors';
import type { Connector } from './connector';
import type { ImapSession } from './session';
import type { ConnectionUse } from './transcript';

export interface JobOptions {
  urgent: boolean;
  /** The job only reads: when the connection breaks under it, it is run once more on a new one. */
  retry: boolean;
  /** Its time is up: it is not run once more. */
  signal?: AbortSignal;
  /** Nobody waits for it any more. */
  left?: AbortSignal;
}

/** A job that nobody waits for is let end by itself for so long: signing in anew costs the server something, too. */
const WORTH_ENDING_MS = 1_000;
/** Nor is one ended oftener than that: many logins lock an account (gateway.md pitfall 21). */
const ENDED_REST_MS = 30_000;

/** After so long a job holds up those behind it: perhaps the server waits for a lock. */
const HELD_MS = 2_000;
/** A connection that was of use so lately is not dead: when it falls silent it is the server that does not answer. */
const WELL_MS = 60_000;

interface Job {
  urgent: boolean;
  run(lane: Lane): Promise<void>;
}

export class Lane {
  readonly #jobs: Job[] = [];
  #session: ImapSession | null = null;
  #running = false;
  #closed = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #endedAt = 0;
  #held = false;
  /** When the connection was last of use. */
  #wellAt = 0;

  /**
   * @param idleMs after which an unused connection is closed
   * @param onHeld a job on the connection has begun to hold up those behind it
   */
  constructor(
    readonly connector: Connector,
    readonly use: ConnectionUse,
    readonly idleMs: number,
    readonly onHeld: () => void = () => undefined,
  ) {}

  /** A job on the connection takes so long that others should not wait for it. */
  get held(): boolean {
    return this.#held;
  }

  /** Those that wait. */
  handOver(to: Lane): void {
    for (const job of this.#jobs.splice(0)) to.#enqueue(job);
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  run<T>(work: (session: ImapSession) => Promise<T>, options: JobOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = (lane: Lane) => lane.#attempt(work, options).then(resolve, reject);
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
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) await job.run(this);
    this.#running = false;
    if (this.#session) {
      this.#idleTimer = setTimeout(() => this.#release(), this.idleMs);
      this.#idleTimer.unref();
    }
  }

  async #attempt<T>(work: (session: ImapSession) => Promise<T>, options: JobOptions): Promise<T> {
    const { retry, signal, left } = options;
    const isOver = () => signal?.aborted || left?.aborted;
    if (isOver()) throw new ConnectionError('connectionLost', 'canceled');
    const session = await this.#ready();
    const done = this.#endWhenLeft(session, left);
    const free = this.#holdUp();
    const wasWell = Date.now() - this.#wellAt < WELL_MS;
    try {
      const result = await work(session);
      this.#wellAt = Date.now();
      this.connector.healthy();
      return result;
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof ProtocolError)) throw error;
      session.close();
      if (isOver() || this.#closed) throw error;
      this.connector.broke(error);
      // Asked once more it would only be waited for twice (security.md R7).
      const isSilent = error.code === 'connectionTimeout' && wasWell;
      if (!retry || isSilent) throw error;
      free();
      return await this.#attempt(work, { ...options, retry: false });
    } finally {
      free();
      done();
    }
  }

  /** @returns how to tell that it is over */
  #holdUp(): () => void {
    const timer = setTimeout(() => {
      this.#held = true;
      this.onHeld();
    }, HELD_MS).unref();
    return () => {
      clearTimeout(timer);
      this.#held = false;
    };
  }

  /** IMAP knows no other way to end a command than to end its connection; the next job opens a new one. */
  #endWhenLeft(session: ImapSession, left: AbortSignal | undefined): () => void {
    const since = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      this.#endedAt = Date.now();
      session.close();
    };
    const leave = () => {
      const due = Math.max(since + WORTH_ENDING_MS, this.#endedAt + ENDED_REST_MS) - Date.now();
      timer = setTimeout(end, Math.max(0, due)).unref();
    };
    left?.addEventListener('abort', leave, { once: true });
    return () => {
      clearTimeout(timer);
      left?.removeEventListener('abort', leave);
    };
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
    this.#wellAt = Date.now();
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
