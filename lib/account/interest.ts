/** Who waits for a work that several share: when the last one has left it is of no use. */

/** A page that is loaded again asks the same a moment later. */
const GRACE_MS = 1_000;

export class Interest {
  readonly #lost = new AbortController();
  #waiting = 0;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  /** Aborted when nobody waits any more; never after the end. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @param left aborted when this one goes; without it this one stays to the end */
  join(left?: AbortSignal): void {
    clearTimeout(this.#timer);
    this.#waiting += 1;
    if (left?.aborted) this.#leave();
    else left?.addEventListener('abort', () => this.#leave(), { once: true });
  }

  /** The work is done. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0 || this.#ended) return;
    this.#timer = setTimeout(() => this.#lost.abort(), GRACE_MS).unref();
  }
}
