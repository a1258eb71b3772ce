/** Things kept in this browser's IndexedDB by their `key`: one database for each kind, so that none waits for another's upgrade. */
export class BrowserStore<T extends { key: string }> {
  #database: Promise<IDBDatabase> | null = null;

  constructor(
    private readonly database: string,
    private readonly store: string,
  ) {}

  put(value: T): Promise<void> {
    return this.#change((store) => store.put(value));
  }

  remove(key: string): Promise<void> {
    return this.#change((store) => store.delete(key));
  }

  clear(): Promise<void> {
    return this.#change((store) => store.clear());
  }

  async get(key: string): Promise<T | undefined> {
    const database = await this.#open();
    return finished<T | undefined>(database.transaction(this.store).objectStore(this.store).get(key));
  }

  /** In the order of their keys. */
  async all(): Promise<T[]> {
    const database = await this.#open();
    return finished<T[]>(database.transaction(this.store).objectStore(this.store).getAll());
  }

  async #change(by: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const transaction = (await this.#open()).transaction(this.store, 'readwrite');
    by(transaction.objectStore(this.store));
    // Not left to the event loop: a page that goes has none any more.
    transaction.commit();
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
    const request = indexedDB.open(this.database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(this.store, { keyPath: 'key' });
    try {
      const database = await finished(request);
      // The browser may close it (its data was cleared, its process ended): the next one to ask opens it again.
      database.onclose = () => {
        this.#database = null;
      };
      return database;
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
