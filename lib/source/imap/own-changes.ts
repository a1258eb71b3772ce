/**
 * UIDs that our own commands changed lately. A sync that read the mailbox before such a command must not write its older
 * view over the newer state; the next sync sees them again.
 */
import type { Id } from '@/lib/jmap/types';

/** Longer than any sync reads before it writes. */
const KEPT_MS = 2 * 60_000;

export class OwnChanges {
  readonly #changed = new Map<Id, Map<number, number>>();
  readonly #lastAt = new Map<Id, number>();
  #tick = 0;

  /** Before reading: what `since` is asked with. */
  now(): number {
    this.#tick += 1;
    return this.#tick;
  }

  mark(mailboxId: Id, uids: Iterable<number>): void {
    const changed = this.#changed.get(mailboxId) ?? new Map<number, number>();
    this.#changed.set(mailboxId, changed);
    this.#lastAt.set(mailboxId, Date.now());
    const tick = this.now();
    const added = [...uids];
    for (const uid of added) changed.set(uid, tick);
    setTimeout(() => {
      for (const uid of added) if (changed.get(uid) === tick) changed.delete(uid);
    }, KEPT_MS).unref();
  }

  /** Milliseconds until our last change in this mailbox is `ms` old; 0 or less when it is. */
  quietIn(mailboxId: Id, ms: number): number {
    return (this.#lastAt.get(mailboxId) ?? 0) + ms - Date.now();
  }

  /** Whether any message of this mailbox was changed by us after `tick`. */
  anyAfter(mailboxId: Id, tick: number): boolean {
    return [...(this.#changed.get(mailboxId)?.values() ?? [])].some((at) => at > tick);
  }

  /** Whether this message was changed by us after `tick`. */
  after(mailboxId: Id, tick: number): (uid: number) => boolean {
    return (uid) => (this.#changed.get(mailboxId)?.get(uid) ?? 0) > tick;
  }
}
