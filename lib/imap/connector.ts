/**
 * Opens an account's sessions and remembers how that went: a refused password is never tried again by itself, a server
 * that does not answer is tried at growing intervals (security.md R8, R22).
 */
import { AuthenticationError, type MailError } from '@/lib/errors';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';

import { admitted } from './admission';
import { pauseAfter } from './backoff';
import { imapError, isCrowded } from './errors';
import { ImapSession } from './session';
import { type ConnectionUse, Transcript } from './transcript';

/** Connections that may break in a row, one on each lane and its successor, before the pauses begin. */
const BROKEN_AT_ONCE = 2;

export interface ConnectorStatus {
  connection: 'ready' | 'connecting' | 'offline' | 'needsPassword';
  /** Since when it is offline or refused. */
  since: number | null;
  error: MailError | null;
}

export interface ConnectorOptions {
  login: ServerLogin;
  secret(): Promise<Secret>;
  config: NetConfig;
  onStatus(status: ConnectorStatus): void;
  /** At each sign-in: what the server says that it can do. */
  onAnnounced(capabilities: string[]): void;
}

export class Connector {
  #status: ConnectorStatus = { connection: 'connecting', since: null, error: null };
  readonly transcript = new Transcript();
  #failures = 0;
  /** Connections that broke since one has last been of use. */
  #broken = 0;
  #retryAt = 0;
  /** Why it is too early. */
  #last: MailError | null = null;
  /** Why the latest try to connect failed; null: it did not, or another connection was of use since. */
  #refused: MailError | null = null;
  #alive = 0;
  /** Somebody signs in. */
  #trying: Promise<unknown> | null = null;

  constructor(readonly options: ConnectorOptions) {}

  get status(): ConnectorStatus {
    return this.#status;
  }

  /** Milliseconds until the next try makes sense; null: only the user can help. */
  get retryIn(): number | null {
    if (this.#status.connection === 'needsPassword') return null;
    return Math.max(0, this.#retryAt - Date.now());
  }

  /** @throws at once, without the network, while it is too early to try again */
  async open(use: ConnectionUse): Promise<ImapSession> {
    // The others wait how it goes: a password that is wrong by now is not tried by each of them (R22).
    while (use !== 'interactive' && this.#trying) await this.#trying;
    this.#mayTry();
    const opening = this.#open(use);
    const trying = opening.then(
      () => undefined,
      () => undefined,
    );
    this.#trying = trying;
    trying.then(() => {
      if (this.#trying === trying) this.#trying = null;
    });
    return opening;
  }

  #mayTry(): void {
    const { error, connection } = this.#status;
    if (error && connection === 'needsPassword') throw error;
    if (this.#last && Date.now() < this.#retryAt) throw this.#last;
  }

  async #open(use: ConnectionUse): Promise<ImapSession> {
    if (this.#alive === 0 && this.#status.connection !== 'ready')
      this.#report('connecting', this.#status.error);
    const number = this.transcript.begin();
    const since = Date.now();
    try {
      const session = await admitted(this.options.login.host, use, () => this.#connect());
      this.#alive += 1;
      this.#refused = null;
      this.transcript.opened(number, use, since);
      session.noteBy((command, tokens, work) => this.transcript.command(number, command, tokens, work));
      session.onClose(() => {
        this.#alive -= 1;
        this.transcript.closed(number);
        // The last one that was left while no new one could be had.
        if (this.#alive === 0 && this.#refused) this.#report('offline', this.#refused);
      });
      this.options.onAnnounced(session.capabilities);
      this.#report('ready', null);
      return session;
    } catch (failure) {
      const error = imapError(failure, this.options.login);
      this.transcript.refused(number, since, error);
      throw this.#failed(error);
    }
  }

  /** A command was answered: the server is well. */
  healthy(): void {
    this.#failures = 0;
    this.#broken = 0;
    this.#refused = null;
  }

  /** A connection broke under a command. A server that does so again and again is not signed in to each time (R8). */
  broke(error: MailError): void {
    this.#broken += 1;
    if (this.#broken > BROKEN_AT_ONCE) this.#failed(error);
  }

  /** The user changed something or wants to know now: the next `open` really tries. */
  forget(): void {
    this.#failures = 0;
    this.#broken = 0;
    this.#retryAt = 0;
    this.#refused = null;
    if (this.#status.connection !== 'ready') this.#report('connecting', null);
  }

  async #connect(): Promise<ImapSession> {
    const { login, secret, config } = this.options;
    return ImapSession.open(login, await secret(), config);
  }

  #failed(error: MailError): MailError {
    // One of several connections was one too many: the account itself is well.
    if (this.#alive > 0 && isCrowded(error)) return error;
    if (error instanceof AuthenticationError) {
      this.#refused = null;
      this.#report('needsPassword', error);
      return error;
    }
    this.#retryAt = Date.now() + pauseAfter(this.#failures);
    this.#failures += 1;
    this.#last = error;
    this.#refused = error;
    if (this.#alive === 0) this.#report('offline', error);
    return error;
  }

  #report(connection: ConnectorStatus['connection'], error: MailError | null): void {
    const before = this.#status;
    if (before.connection === connection && before.error?.code === error?.code) return;
    const troubled = connection === 'offline' || connection === 'needsPassword';
    this.#status = { connection, error, since: troubled ? (before.since ?? Date.now()) : null };
    this.options.onStatus(this.#status);
  }
}
