/** Sessions with the maildrop of one account: one at a time, and no oftener than its server wants to be signed in to. */
import type { Pop3Settings } from '@/lib/account/record';
import { hasPassed } from '@/lib/clock';
import { Mutex } from '@/lib/db/mutex';
import { CommandError } from '@/lib/errors';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Pop3Client } from '@/lib/pop3/client';
import type { FeedStore } from '@/lib/pop3/feed-store';
import type { FeedHistory } from '@/lib/source/local/feed-history';

export interface MaildropDeps {
  login: ServerLogin;
  secret(): Promise<Secret>;
  config: NetConfig;
  settings: Pop3Settings;
  history: FeedHistory;
  store(): Promise<FeedStore>;
}

/** The server wants to be left alone a while longer. */
export class TooSoon extends CommandError {
  constructor(ms: number) {
    super('tryLater', 'the server asks for a pause', { params: { seconds: Math.ceil(ms / 1000) } });
  }
}

type Work<T> = (client: Pop3Client, store: FeedStore) => Promise<T>;

export class MaildropSessions {
  /** Least time between two sign-ins, as CAPA told (RFC 2449 §6.5). */
  loginDelayMs = 0;
  /** Days after which the server deletes by itself (RFC 2449 §6.7). */
  expireDays: number | null = null;
  lastStart = 0;
  readonly #deps: MaildropDeps;
  readonly #turns = new Mutex();

  constructor(deps: MaildropDeps) {
    this.#deps = deps;
  }

  /** How long its LOGIN-DELAY lasts, also after a restart and with sessions of other processes. */
  async restMs(): Promise<number> {
    const [last] = await this.#deps.history.sessions(1);
    if (last && last.started_at > this.lastStart) {
      this.lastStart = last.started_at;
      this.loginDelayMs = (last.login_delay ?? 0) * 1000;
    }
    if (hasPassed(this.loginDelayMs, this.lastStart)) return 0;
    return this.lastStart + this.loginDelayMs - Date.now();
  }

  /** @throws TooSoon */
  async rested(): Promise<void> {
    const ms = await this.restMs();
    if (ms > 0) throw new TooSoon(ms);
  }

  /** `work` with a client that is signed in. @throws MailError of the step that failed; TooSoon within LOGIN-DELAY */
  async open<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    const release = await this.#turns.lock();
    try {
      signal.throwIfAborted();
      return await this.#alone(signal, work);
    } finally {
      release();
    }
  }

  async #alone<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    const { login, config, settings } = this.#deps;
    await this.rested();
    this.lastStart = Date.now();
    const secret = await this.#deps.secret();
    const store = await this.#deps.store();
    const client = await Pop3Client.connect(login, config, { signal });
    try {
      await client.signIn(login.user, secret, settings.signInMethod);
      this.loginDelayMs = (client.capabilities.loginDelay ?? 0) * 1000;
      this.expireDays = client.capabilities.expireDays;
      return await work(client, store);
    } finally {
      client.close();
    }
  }
}
