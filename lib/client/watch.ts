/** Which lists are on the screen, and which rows of them: what sync keeps fresh. */
import { listKey } from '@/lib/client/lists';
import type { ListQuery } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

export interface WatchedList {
  query: ListQuery;
  from: number;
  to: number;
}

/** A list that is drawn anew leaves the screen for a moment. */
const GONE_MS = 500;

export class Watched {
  #lists = new Map<string, WatchedList & { accountId: Id; watchers: number }>();
  #gone = new Map<string, AbortController>();

  add(accountId: Id, query: ListQuery): () => void {
    const key = keyOf(accountId, query);
    const entry = this.#lists.get(key) ?? { accountId, query, from: 0, to: 0, watchers: 0 };
    entry.watchers += 1;
    this.#lists.set(key, entry);
    if (!this.#gone.has(key)) this.#gone.set(key, new AbortController());
    return () => {
      entry.watchers -= 1;
      if (entry.watchers > 0) return;
      this.#lists.delete(key);
      setTimeout(() => this.#leave(key), GONE_MS);
    };
  }

  #leave(key: string): void {
    if (this.#lists.has(key)) return;
    this.#gone.get(key)?.abort();
    this.#gone.delete(key);
  }

  seen(accountId: Id, query: ListQuery, from: number, to: number): void {
    const entry = this.#lists.get(keyOf(accountId, query));
    if (entry) Object.assign(entry, { from, to });
  }

  has(accountId: Id, query: ListQuery): boolean {
    return this.#lists.has(keyOf(accountId, query));
  }

  /** Aborted when the list has left the screen; undefined where it is on none. */
  until(accountId: Id, query: ListQuery): AbortSignal | undefined {
    return this.#gone.get(keyOf(accountId, query))?.signal;
  }

  of(accountId: Id): WatchedList[] {
    return [...this.#lists.values()].filter((list) => list.accountId === accountId);
  }
}

const keyOf = (accountId: Id, query: ListQuery) => `${accountId} ${listKey(query)}`;
