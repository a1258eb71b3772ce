/** Which accounts have a ManageSieve server: the one that the operator named, else port 4190 beside the incoming server, if it answers. */
import type { AccountRecord } from '@/lib/account/record';
import type { Config } from '@/lib/config';
import { MailError } from '@/lib/errors';
import { log } from '@/lib/log';
import type { Endpoint } from '@/lib/net/types';
import { type SieveCapabilities, sieveCapabilities } from '@/lib/sieve/client';

const PORT = 4190;
/** What a server can do holds for so long; that none answered, for less: it may have been away. */
const KNOWN_MS = 60 * 60_000;
const ABSENT_MS = 5 * 60_000;
/** A named server is waited for: what it can do is part of the session. */
const WAIT_MS = 2_000;
const MAX_KNOWN = 10_000;

interface Known {
  asked: Promise<void>;
  at: number;
  capabilities: SieveCapabilities | null;
}

export class SieveOffers {
  readonly #config: Config;
  readonly #known = new Map<string, Known>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** null: none that is known of. A server that nobody named is asked behind the answer; `onFound` tells that it is there. */
  async of(record: AccountRecord, onFound: () => void): Promise<SieveCapabilities | null> {
    const endpoint = this.endpoint(record);
    if (!endpoint) return null;
    const known = this.#ask(endpoint, onFound);
    if (this.#config.fixed?.sieve && known.capabilities === null) await soon(known.asked);
    return known.capabilities;
  }

  endpoint({ kind, incoming }: AccountRecord): Endpoint | null {
    if (!incoming || kind === 'demo') return null;
    if (this.#config.fixed) return this.#config.fixed.sieve ?? null;
    return { host: incoming.host, port: PORT, security: 'starttls' };
  }

  #ask(endpoint: Endpoint, onFound: () => void): Known {
    const key = `${endpoint.host}:${endpoint.port}`;
    const before = this.#known.get(key);
    const holds = before?.capabilities ? KNOWN_MS : ABSENT_MS;
    if (before && before.at > Date.now() - holds) return before;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const known: Known = {
      asked: Promise.resolve(),
      at: Date.now(),
      capabilities: before?.capabilities ?? null,
    };
    known.asked = this.#fill(known, endpoint, onFound);
    this.#known.set(key, known);
    return known;
  }

  async #fill(known: Known, endpoint: Endpoint, onFound: () => void): Promise<void> {
    try {
      const had = known.capabilities !== null;
      known.capabilities = await sieveCapabilities(endpoint, this.#config);
      if (!had) onFound();
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      known.capabilities = null;
      log.debug('sieve.absent', { host: endpoint.host, code: error.code });
    }
  }
}

async function soon(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
