/** What limits an account (RFC 9425 §4), as its source tells it, and its state; after changes of mail, to whoever listens. */
import { createHash } from 'node:crypto';
import type { Id, Quota, State } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { Account } from './account';
import type { Hub } from './hub';
import { canDo, type ServerOffers } from './server-offers';
import type { ToldStates } from './told-states';

/** After a change: several come together. */
const GATHER_MS = 1_000;
/** Mail comes and goes oftener than anybody wants to know how full a mailbox is. */
const REST_MS = 30_000;

/** Asked of the mail server each time; null: nothing limits the account, or it cannot tell. */
export async function quotasOf(account: Account): Promise<Quota[] | null> {
  const known = await account.source.quotas?.();
  if (!known) return null;
  return known.map(({ name, resourceType, used, hardLimit }) => ({
    id: `q${createHash('sha256').update(`${resourceType} ${name}`).digest('hex').slice(0, 24)}`,
    resourceType,
    used,
    hardLimit,
    scope: 'account',
    name,
    types: ['Email'],
    warnLimit: null,
    softLimit: null,
    description: null,
  }));
}

export function quotaState(quotas: Quota[]): State {
  return createHash('sha256').update(JSON.stringify(quotas)).digest('hex').slice(0, 16);
}

export interface QuotaNewsDeps {
  hub: Hub;
  offers: ServerOffers;
  told: ToldStates;
}

/** Asks again behind changes of mail, while somebody listens and the server can tell. */
export class QuotaNews {
  readonly #deps: QuotaNewsDeps;
  readonly #waiting = new Map<Id, NodeJS.Timeout>();
  readonly #askedAt = new Map<Id, number>();
  #stopped = false;

  constructor(deps: QuotaNewsDeps) {
    this.#deps = deps;
  }

  changed(account: Account): void {
    const { id, userId } = account.record;
    if (this.#stopped || this.#waiting.has(id) || !this.#deps.hub.isListening(userId)) return;
    const due = Math.max(GATHER_MS, (this.#askedAt.get(id) ?? 0) + REST_MS - Date.now());
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      this.#askedAt.set(id, Date.now());
      this.#ask(account).catch((error) => log.debug('quota.unknown', errorFields(error)));
    }, due);
    this.#waiting.set(id, timer.unref());
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
  }

  async #ask(account: Account): Promise<void> {
    const { record } = account;
    const { hub, offers, told } = this.#deps;
    if (!hub.isListening(record.userId)) return void this.#askedAt.delete(record.id);
    if (record.kind === 'imap' && !canDo(await offers.of(record), 'QUOTA')) return;
    const quotas = await quotasOf(account);
    if (quotas) await told.tell(record, 'Quota', quotaState(quotas));
  }
}
