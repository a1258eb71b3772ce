/** Work that several callers want at the same time is done once. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<void>>();
  readonly #finishedAt = new Map<string, number>();

  /** Starts the work, or joins the run that is going on. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key);
    if (running) return running;
    const started = work().finally(() => {
      this.#running.delete(key);
      this.#finishedAt.set(key, Date.now());
    });
    this.#running.set(key, started);
    return started;
  }

  /** The same, unless it ended less than `restMs` ago. */
  async soon(key: string, restMs: number, work: () => Promise<void>): Promise<void> {
    if (Date.now() - (this.#finishedAt.get(key) ?? 0) < restMs) return;
    await this.run(key, work);
  }
}
