/**
 * Changes that the server has not answered yet, in this browser's IndexedDB: a reload, a crash or a closed tab loses none of them.
 * Each page holds a lock while it lives; what a page left behind is taken over by one other page, this one or a later one.
 */
import { BrowserStore } from '@/lib/client/browser-store';
import type { EmailPatch } from '@/lib/client/change';
import type { Id } from '@/lib/jmap/types';

export interface KeptChange {
  /** Sorts by the time of the action. */
  key: string;
  page: string;
  accountId: Id;
  patches: Readonly<Record<Id, EmailPatch>>;
  destroy: readonly Id[];
}

type NewKeptChange = Omit<KeptChange, 'key' | 'page'>;

const lockOf = (page: string) => `gatepost-page-${page}`;

export class KeptChanges {
  readonly #store = new BrowserStore<KeptChange>('gatepost-changes', 'changes');
  readonly #page = crypto.randomUUID();
  #count = 0;

  /** `taken` gets, oldest first, what pages that are gone have left; what is of no account here was somebody else's (S35). */
  start(accountIds: readonly Id[], taken: (changes: KeptChange[]) => void): () => void {
    const end = new AbortController();
    const ended = new Promise<void>((resolve) => {
      end.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    void navigator.locks.request(lockOf(this.#page), () => ended);
    void this.#takeOver(accountIds, taken, end.signal).catch(forgetful);
    return () => end.abort();
  }

  /** The key under which it is found again. */
  keep(change: NewKeptChange): string {
    this.#count += 1;
    const key = `${String(Date.now()).padStart(15, '0')} ${String(this.#count).padStart(6, '0')} ${this.#page}`;
    void this.#store.put({ ...change, key, page: this.#page }).catch(forgetful);
    return key;
  }

  answered(key: string): void {
    void this.#store.remove(key).catch(forgetful);
  }

  clear(): Promise<void> {
    return this.#store.clear();
  }

  async #takeOver(
    accountIds: readonly Id[],
    taken: (changes: KeptChange[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const pages = new Set((await this.#store.all()).map(({ page }) => page));
    pages.delete(this.#page);
    for (const page of pages) {
      // Granted at once when that page is gone, else when it goes.
      void navigator.locks
        .request(lockOf(page), { signal }, async () => {
          const left = (await this.#store.all()).filter((change) => change.page === page);
          const own = left.filter(({ accountId }) => accountIds.includes(accountId));
          for (const change of own) await this.#store.put({ ...change, page: this.#page });
          for (const { key, accountId } of left) if (!accountIds.includes(accountId)) this.answered(key);
          if (own.length > 0) taken(own);
        })
        .catch(forgetful);
    }
  }
}

/** A private window may keep nothing, and a page that ends waits for no lock: the change is sent all the same. */
const forgetful = () => undefined;
