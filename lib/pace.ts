/** Long work on the one thread lets the event loop turn now and then: no click waits longer for it than this. */
const SLICE_MS = 5;

export class Pace {
  #turned = performance.now();

  /** The next turn is after `ms` from now: what was waited for until then has let the loop turn. */
  restart(ms: number): void {
    this.#turned = performance.now() + ms - SLICE_MS;
  }

  /** Between two pieces of work; mostly at once. */
  async turn(): Promise<void> {
    if (performance.now() - this.#turned < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#turned = performance.now();
  }
}
