/** Runs jobs of the same key one after the other. */
export class Serial {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Resolves when nothing runs or waits (closing). */
  async done(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  async run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(job, job);
    // The one after us waits for the end, whatever it is; our caller gets the error.
    const tail = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
