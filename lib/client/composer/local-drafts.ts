/**
 * What is being written, in this browser's IndexedDB until the server has it (security.md S35, R28). Drafts of accounts that the
 * session does not have are somebody else's: they are deleted, never shown.
 */
import type { ComposeIntent } from '@/lib/client/compose';
import type { Draft } from '@/lib/client/draft/draft';
import type { Id } from '@/lib/jmap/types';

export interface LocalDraft {
  key: string;
  intent: ComposeIntent;
  draft: Draft;
  /** Its composer was on the screen. */
  open: boolean;
  /** Written here, not yet on the server. */
  unsaved: boolean;
}

const DATABASE = 'gatepost';
const STORE = 'drafts';

export class LocalDrafts {
  #database: Promise<IDBDatabase> | null = null;

  put(draft: LocalDraft): Promise<void> {
    return this.#change((store) => store.put(draft));
  }

  remove(key: string): Promise<void> {
    return this.#change((store) => store.delete(key));
  }

  clear(): Promise<void> {
    return this.#change((store) => store.clear());
  }

  async ofAccounts(accountIds: readonly Id[]): Promise<LocalDraft[]> {
    const database = await this.#open();
    const all = await finished<LocalDraft[]>(database.transaction(STORE).objectStore(STORE).getAll());
    const foreign = all.filter(({ draft }) => !accountIds.includes(draft.accountId));
    for (const { key } of foreign) await this.remove(key);
    return all.filter((draft) => !foreign.includes(draft));
  }

  async #change(by: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const transaction = (await this.#open()).transaction(STORE, 'readwrite');
    by(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= this.#connect();
    return this.#database;
  }

  async #connect(): Promise<IDBDatabase> {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    try {
      return await finished(request);
    } catch (error) {
      this.#database = null;
      throw error;
    }
  }
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
