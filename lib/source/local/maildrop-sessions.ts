/** Sessions with the maildrop of one account: one at a time, and no oftener than its server wants to be signed in to. */
import type { Pop3Settings } from '@/lib/account/record';
import { Mutex } from '@/lib/db/mutex';
import { CommandError } from '@/lib/errors';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Pop3Client } from '@/lib/pop3/client';
import type { FeedStore } from '@/lib/pop3/feed-store';

export interface MaildropDeps {
  login: ServerLogin;
  secret(): Promise<Secret>;
  config: NetConfig;
  settings: Pop3Settings;
  store(): Promise<FeedStore>;
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

  /** `work` with a client that is signed in. @throws MailError of the step that failed; tryLater within LOGIN-DELAY */
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
    const wait = this.lastStart + this.loginDelayMs - Date.now();
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw new CommandError('tryLater', 'the server asks for a pause', { params: { seconds } });
    }
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
