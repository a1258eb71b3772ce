/**
 * Signed-in sessions kept for a moment, so that several mails of an account go over one (RFC 5321 §3.3). A server counts
 * sign-ins, and each costs three to six round trips.
 */
import { createHash } from 'node:crypto';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { openSmtp, type SmtpSession } from './session';

const KEPT_MS = 10_000;
/** Of all accounts together. */
const MAX_KEPT = 50;

export interface TakenSession {
  session: SmtpSession;
  /** Has lain idle: the server may have ended it without our noticing. */
  used: boolean;
}

export class SmtpSessions {
  readonly #config: NetConfig;
  readonly #kept = new Map<string, { session: SmtpSession; timer: NodeJS.Timeout }[]>();
  #count = 0;

  constructor(config: NetConfig) {
    this.#config = config;
  }

  /** A kept session of this very login, else a new one. @throws as openSmtp */
  async take(server: ServerLogin, secret: Secret): Promise<TakenSession> {
    const kept = this.#kept.get(keyOf(server, secret))?.at(-1);
    if (!kept) return this.open(server, secret);
    this.#release(keyOf(server, secret), kept.session);
    return { session: kept.session, used: true };
  }

  async open(server: ServerLogin, secret: Secret): Promise<TakenSession> {
    return { session: await openSmtp(server, secret, this.#config), used: false };
  }

  /** Only after a mail was accepted whole: then nothing is under way on it. */
  keep(server: ServerLogin, secret: Secret, session: SmtpSession): void {
    if (this.#count >= MAX_KEPT) {
      session.quit();
      return;
    }
    const key = keyOf(server, secret);
    const timer = setTimeout(() => {
      this.#release(key, session);
      session.quit();
    }, KEPT_MS);
    this.#kept.set(key, [...(this.#kept.get(key) ?? []), { session, timer }]);
    this.#count += 1;
    session.broken.catch(() => this.#release(key, session));
  }

  close(): void {
    for (const [key, all] of [...this.#kept]) {
      for (const { session } of all) {
        this.#release(key, session);
        session.quit();
      }
    }
  }

  #release(key: string, session: SmtpSession): void {
    const all = this.#kept.get(key) ?? [];
    const found = all.find((kept) => kept.session === session);
    if (!found) return;
    clearTimeout(found.timer);
    this.#count -= 1;
    const rest = all.filter((kept) => kept !== found);
    if (rest.length > 0) this.#kept.set(key, rest);
    else this.#kept.delete(key);
  }
}

/** Whoever has another password gets no session of this one. */
function keyOf(server: ServerLogin, secret: Secret): string {
  const { host, port, security, user } = server;
  const parts = [host, port, security, user, secret.password, secret.accessToken ?? ''];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
