/** When a draft goes into this browser's own store: a moment after a key, and at once when the page is about to go (R28). */
import type { LocalDraft, LocalDrafts } from './local-drafts';

const SOON_MS = 300;

export class KeepHere {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly local: LocalDrafts,
    private readonly key: string,
    /** What is to be kept now, the last key included; null: nothing any more. */
    private readonly record: () => LocalDraft | null,
    private readonly kept: () => void,
  ) {}

  soon(): void {
    this.#timer ??= setTimeout(() => void this.now(), SOON_MS);
  }

  get waits(): boolean {
    return this.#timer !== undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async now(): Promise<void> {
    this.stop();
    const record = this.record();
    if (record && (await done(this.local.put(record)))) this.kept();
  }

  /** The page goes: what is not awaited any more. */
  going(): void {
    const record = this.record();
    if (record) this.local.keepGoing(record);
  }

  async forget(): Promise<void> {
    this.stop();
    await done(this.local.remove(this.key));
  }
}

/** A browser that keeps nothing (private window, full disk) is no reason to stop writing: the server keeps it. */
export async function done(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return false;
  }
}
