/** When a draft goes to the server: soon after the last key, never in a flood, one save at a time (gateway.md 2.9). */

export const IDLE_MS = 2_000;
export const GAP_MS = 10_000;
export const RETRY_MS = 15_000;

export class SaveSchedule {
  #dirty = false;
  #running: Promise<boolean> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastStart = Number.NEGATIVE_INFINITY;

  /** `save` answers whether the server has it now; it tells failures itself. `saved` is called when it has. */
  constructor(
    private readonly save: () => Promise<boolean>,
    private readonly saved: () => void = () => undefined,
  ) {}

  /** Something was written that the server does not have. */
  get dirty(): boolean {
    return this.#dirty || this.#running !== null;
  }

  touched(): void {
    this.#dirty = true;
    this.#wait(IDLE_MS);
  }

  /** Now: on blur, on hide, before sending. True when everything written is on the server. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    if (!this.#dirty) return true;
    this.#running = this.#run();
    return this.#running;
  }

  stop(): void {
    this.#dirty = false;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<boolean> {
    this.#dirty = false;
    this.#lastStart = Date.now();
    let saved = false;
    try {
      saved = await this.save();
    } finally {
      this.#running = null;
      if (!saved) {
        this.#dirty = true;
        this.#wait(RETRY_MS);
      } else if (this.#dirty) this.#wait(IDLE_MS);
    }
    if (saved) this.saved();
    return saved;
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    const gap = this.#lastStart + GAP_MS - Date.now();
    this.#timer = setTimeout(() => void this.flush(), Math.max(ms, gap));
  }
}
