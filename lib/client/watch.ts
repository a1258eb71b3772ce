/** Which lists are on the screen, and which rows of them: what sync keeps fresh. */
import { listKey } from '@/lib/client/lists';
import type { ListQuery } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

export interface WatchedList {
  query: ListQuery;
  from: number;
  to: number;
}

export class Watched {
  #lists = new Map<string, WatchedList & { accountId: Id; watchers: number }>();

  add(accountId: Id, query: ListQuery): () => void {
    const key = `${accountId} ${listKey(query)}`;
    const entry = this.#lists.get(key) ?? { accountId, query, from: 0, to: 0, watchers: 0 };
    entry.watchers += 1;
    this.#lists.set(key, entry);
    return () => {
      entry.watchers -= 1;
      if (entry.watchers === 0) this.#lists.delete(key);
    };
  }

  seen(accountId: Id, query: ListQuery, from: number, to: number): void {
    const entry = this.#lists.get(`${accountId} ${listKey(query)}`);
    if (entry) Object.assign(entry, { from, to });
  }

  has(accountId: Id, query: ListQuery): boolean {
    return this.#lists.has(`${accountId} ${listKey(query)}`);
  }

  of(accountId: Id): WatchedList[] {
    return [...this.#lists.values()].filter((list) => list.accountId === accountId);
  }
}
