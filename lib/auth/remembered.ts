/** Mail logins that programs sent with Basic and a mail server took lately: five minutes, as an HMAC, in memory only. */
import { createHmac, randomBytes } from 'node:crypto';

const GOOD_FOR_MS = 5 * 60_000;
const MOST = 10_000;

interface Known {
  accountId: string;
  until: number;
}

export class Remembered {
  /** Dies with the process, so that a copy of its memory is no list of passwords to try. */
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<string>>();

  add(login: string, password: string, accountId: string): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(this.#mac(login, password), { accountId, until: Date.now() + GOOD_FOR_MS });
  }

  accountOf(login: string, password: string): string | null {
    const mac = this.#mac(login, password);
    const known = this.#known.get(mac);
    if (known && known.until > Date.now()) return known.accountId;
    this.#known.delete(mac);
    return null;
  }

  /** Requests that come at once with the same login ask the mail server once. */
  once(login: string, password: string, ask: () => Promise<string>): Promise<string> {
    const mac = this.#mac(login, password);
    const asking = this.#asking.get(mac) ?? ask().finally(() => this.#asking.delete(mac));
    this.#asking.set(mac, asking);
    return asking;
  }

  forget(accountId: string): void {
    for (const [mac, known] of this.#known) if (known.accountId === accountId) this.#known.delete(mac);
  }

  #mac(login: string, password: string): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([login, password]))
      .digest('base64');
  }
}

const store = globalThis as { gatepostRemembered?: Remembered };

export function remembered(): Remembered {
  store.gatepostRemembered ??= new Remembered();
  return store.gatepostRemembered;
}
