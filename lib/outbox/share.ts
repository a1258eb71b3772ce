/** Work under way: so much in all, so much for each account. */
import type { Id } from '@/lib/jmap/types';

interface Work<T> {
  accountId: Id;
  item: T;
  done: Promise<void>;
}

export class Share<T> {
  readonly #max: number;
  readonly #perAccount: number;
  readonly #active = new Set<Work<T>>();

  constructor(max: number, perAccount: number) {
    this.#max = max;
    this.#perAccount = perAccount;
  }

  hasRoom(): boolean {
    return this.#active.size < this.#max;
  }

  /** @param done never rejects */
  add(accountId: Id, item: T, done: Promise<void>): void {
    const work = { accountId, item, done };
    this.#active.add(work);
    void done.then(() => this.#active.delete(work));
  }

  /** Accounts that have all they may have. */
  busy(): Id[] {
    const counts = new Map<Id, number>();
    for (const { accountId } of this.#active) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= this.#perAccount).map(([accountId]) => accountId);
  }

  sum(value: (item: T) => number): number {
    return [...this.#active].reduce((total, { item }) => total + value(item), 0);
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#active].map(({ done }) => done));
  }
}
