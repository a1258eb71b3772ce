/**
 * Push (RFC 8620 §7): what changed in a user's accounts, gathered for 250 ms and told to all who listen. Several changes of
 * one type in that time are one: the last state counts.
 */
import type { Id, State, StateChange, TypeName } from '@/lib/jmap/types';

const GATHER_MS = 250;

export interface Listener {
  onChange(change: StateChange): void;
  /** The server is about to stop. */
  onEnd(): void;
  /** Not what another node has published: that one tells it, too. */
  ownOnly?: true;
}

type Changed = StateChange['changed'];
/** To the other nodes. */
type Relay = (userId: string, changed: Changed) => void;

export class Hub {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #gathered = new Map<string, Changed>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #audience = new Set<(userId: string) => void>();
  #relay: Relay | null = null;

  listen(userId: string, listener: Listener): () => void {
    const all = this.#listeners.get(userId) ?? new Set();
    this.#listeners.set(userId, all.add(listener));
    if (all.size === 1) this.#tellAudience(userId);
    return () => {
      all.delete(listener);
      if (all.size > 0 || this.#listeners.get(userId) !== all) return;
      this.#listeners.delete(userId);
      this.#tellAudience(userId);
    };
  }

  /** Open event streams. */
  get streams(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  listeners(userId: string): number {
    return this.#listeners.get(userId)?.size ?? 0;
  }

  isListening(userId: string): boolean {
    return this.#listeners.has(userId);
  }

  /** Told when the first one starts to listen for a user and when the last one left. */
  onAudience(listener: (userId: string) => void): void {
    this.#audience.add(listener);
  }

  publish(userId: string, accountId: Id, states: Partial<Record<TypeName, State>>): void {
    if (!this.isListening(userId) && !this.#relay) return;
    const waiting = this.#gathered.get(userId);
    const changed: Changed = waiting ?? {};
    changed[accountId] = { ...changed[accountId], ...states };
    if (waiting) return;
    this.#gathered.set(userId, changed);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#flush(userId);
    }, GATHER_MS);
    this.#timers.add(timer);
  }

  /** Where listeners are that this process does not know of. */
  relayTo(relay: Relay): void {
    this.#relay = relay;
  }

  /** Another node has published it. */
  receive(userId: string, changed: Changed): void {
    this.#tell(userId, changed, ({ ownOnly }) => !ownOnly);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const listeners of this.#listeners.values()) for (const listener of [...listeners]) listener.onEnd();
  }

  #flush(userId: string): void {
    const changed = this.#gathered.get(userId);
    this.#gathered.delete(userId);
    if (!changed) return;
    this.#tell(userId, changed, () => true);
    this.#relay?.(userId, changed);
  }

  #tell(userId: string, changed: Changed, isFor: (listener: Listener) => boolean): void {
    for (const listener of [...(this.#listeners.get(userId) ?? [])].filter(isFor)) {
      listener.onChange({ '@type': 'StateChange', changed });
    }
  }

  #tellAudience(userId: string): void {
    for (const listener of this.#audience) listener(userId);
  }
}
