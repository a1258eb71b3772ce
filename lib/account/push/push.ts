/**
 * Web push of state changes (RFC 8620 §7.2): who has a verified subscription counts as somebody who listens, so that the accounts
 * are watched. A subscription gets one message at a time; what happens meanwhile is one message afterwards.
 */
import type { Hub } from '@/lib/account/hub';
import { RequestError } from '@/lib/errors';
import type { Id, JsonObject, StateChange } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { NetConfig } from '@/lib/net/guard';
import { type Posted, post } from './sender';
import type {
  NewSubscription,
  Owner,
  Subscription,
  SubscriptionChange,
  Subscriptions,
} from './subscriptions';
import type { Vapid } from './vapid';

type Changed = StateChange['changed'];

/** Verifications that one user may have sent to addresses of their choice (RFC 8620 §7.2.2). */
const MAX_VERIFICATIONS = 30;
const VERIFICATIONS_MS = 60 * 60_000;

export interface PushDeps {
  subscriptions: Subscriptions;
  hub: Hub;
  config: NetConfig;
  vapid: Vapid;
}

export class Push {
  readonly #deps: PushDeps;
  readonly #stop = new AbortController();
  readonly #listening = new Map<string, () => void>();
  /** By subscription: what is to be told when the message on its way has arrived. */
  readonly #waiting = new Map<Id, Changed | null>();
  readonly #verifications = new Map<string, number[]>();

  constructor(deps: PushDeps) {
    this.#deps = deps;
  }

  /** What clients bind their subscription to (RFC 9749). */
  get applicationServerKey(): string {
    return this.#deps.vapid.publicKey;
  }

  start(): Promise<void> {
    return this.sweep();
  }

  stop(): void {
    this.#stop.abort();
    for (const unlisten of this.#listening.values()) unlisten();
    this.#listening.clear();
  }

  of(owner: Owner): Promise<Subscription[]> {
    return this.#deps.subscriptions.of(owner);
  }

  /** The code goes to the address before anything else does. @throws rateLimit, limitExceeded */
  async create(owner: Owner, wanted: NewSubscription): Promise<Subscription> {
    this.#countVerification(owner.userId);
    const made = await this.#deps.subscriptions.add(owner, wanted);
    this.#send(made, {
      '@type': 'PushVerification',
      pushSubscriptionId: made.id,
      verificationCode: made.verificationCode,
    });
    return made;
  }

  async change({ id, owner }: Subscription, change: SubscriptionChange): Promise<void> {
    await this.#deps.subscriptions.change(id, change);
    await this.#refresh(owner.userId);
  }

  async destroy({ id, owner }: Subscription): Promise<void> {
    await this.#deps.subscriptions.remove(id);
    await this.#refresh(owner.userId);
  }

  async sweep(): Promise<void> {
    await this.#deps.subscriptions.sweep();
    for (const userId of [...this.#listening.keys()]) await this.#refresh(userId);
    // Another node may have taken new ones.
    for (const userId of await this.#deps.subscriptions.listeners()) this.#listen(userId);
  }

  async #refresh(userId: string): Promise<void> {
    const all = await this.#deps.subscriptions.ofUser(userId);
    if (all.some(({ isVerified }) => isVerified)) return this.#listen(userId);
    this.#listening.get(userId)?.();
    this.#listening.delete(userId);
  }

  #listen(userId: string): void {
    if (this.#listening.has(userId) || this.#stop.signal.aborted) return;
    const unlisten = this.#deps.hub.listen(userId, {
      onChange: ({ changed }) => this.#behind(this.#tell(userId, changed)),
      onEnd: () => undefined,
      // Once is enough for a device.
      ownOnly: true,
    });
    this.#listening.set(userId, unlisten);
  }

  async #tell(userId: string, changed: Changed): Promise<void> {
    for (const subscription of await this.#deps.subscriptions.ofUser(userId)) {
      const wanted = only(changed, subscription.types);
      if (subscription.isVerified && Object.keys(wanted).length > 0)
        this.#behind(this.#deliver(subscription, wanted));
    }
  }

  async #deliver(subscription: Subscription, changed: Changed): Promise<void> {
    const { id } = subscription;
    if (this.#waiting.has(id)) {
      this.#waiting.set(id, merged(this.#waiting.get(id) ?? {}, changed));
      return;
    }
    this.#waiting.set(id, null);
    try {
      for (let next: Changed | null = changed; next; next = this.#waiting.get(id) ?? null) {
        this.#waiting.set(id, null);
        const posted = await this.#post(subscription, { '@type': 'StateChange', changed: next });
        if (posted === 'gone') return;
      }
    } finally {
      this.#waiting.delete(id);
    }
  }

  #send(subscription: Subscription, message: JsonObject): void {
    this.#behind(this.#post(subscription, message).then(() => undefined));
  }

  async #post(subscription: Subscription, message: JsonObject): Promise<Posted> {
    const { config, vapid } = this.#deps;
    const posted = await post(subscription, message, config, this.#stop.signal, vapid);
    if (posted === 'gone') await this.destroy(subscription);
    return posted;
  }

  /** @throws rateLimit */
  #countVerification(userId: string): void {
    const since = Date.now() - VERIFICATIONS_MS;
    const recent = (this.#verifications.get(userId) ?? []).filter((at) => at > since);
    if (recent.length >= MAX_VERIFICATIONS)
      throw new RequestError('rateLimit', 'too many push subscriptions were made', {
        params: { seconds: 3600 },
      });
    this.#verifications.set(userId, [...recent, Date.now()]);
  }

  #behind(work: Promise<void>): void {
    work.catch((error) => {
      if (!this.#stop.signal.aborted) log.warn('push.failed', errorFields(error));
    });
  }
}

function only(changed: Changed, types: string[] | null): Changed {
  if (types === null) return changed;
  const kept: Changed = {};
  for (const [accountId, states] of Object.entries(changed)) {
    const wanted = Object.entries(states).filter(([type]) => types.includes(type));
    if (wanted.length > 0) kept[accountId] = Object.fromEntries(wanted);
  }
  return kept;
}

function merged(before: Changed, after: Changed): Changed {
  const all = { ...before };
  for (const [accountId, states] of Object.entries(after)) all[accountId] = { ...all[accountId], ...states };
  return all;
}
