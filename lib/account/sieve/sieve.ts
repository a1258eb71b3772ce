/** ManageSieve for the accounts that have it. */
import type { AccountRecord } from '@/lib/account/record';
import { Serial } from '@/lib/account/serial';
import type { Config } from '@/lib/config';
import type { Id } from '@/lib/jmap/types';
import type { Secret } from '@/lib/net/types';
import { type SieveCapabilities, withSieve } from '@/lib/sieve/client';
import { SieveOffers } from './offers';
import { Scripts } from './scripts';

export interface SieveDeps {
  config: Config;
  secret(accountId: Id): Promise<Secret>;
  /** The session object is to be read again: a server was found. */
  found(record: AccountRecord): void;
}

export class Sieve {
  readonly #deps: SieveDeps;
  readonly #offers: SieveOffers;
  readonly #turns = new Map<Id, Serial>();

  constructor(deps: SieveDeps) {
    this.#deps = deps;
    this.#offers = new SieveOffers(deps.config);
  }

  /** null: the account has none. */
  capabilities(record: AccountRecord): Promise<SieveCapabilities | null> {
    return this.#offers.of(record, () => this.#deps.found(record));
  }

  /** Changes of one account come one after the other: each is several commands. null: the account has no ManageSieve. */
  async use<T>(record: AccountRecord, work: (scripts: Scripts) => Promise<T>): Promise<T | null> {
    const capabilities = await this.capabilities(record);
    const endpoint = this.#offers.endpoint(record);
    if (!capabilities || !endpoint || !record.incoming) return null;
    const login = { ...endpoint, user: record.incoming.user };
    const turn = this.#turns.get(record.id) ?? new Serial();
    this.#turns.set(record.id, turn);
    const secret = await this.#deps.secret(record.id);
    return turn.run(() =>
      withSieve(login, secret, this.#deps.config, (session) =>
        work(new Scripts(session, capabilities.extensions)),
      ),
    );
  }
}
