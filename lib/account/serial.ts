/** Work done one after the other, in the order in which it was asked for: all writes of an account (gateway.md 2.0). */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    // The next one waits for the end, whatever the end was; the failure belongs to the caller of this one.
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
