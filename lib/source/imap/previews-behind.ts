/**
 * Previews that were read and are still being written: whoever asked for a list has its answer without waiting for the words of
 * fifty messages to be indexed, or for a filling that is writing just then.
 */
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { Serial } from './serial';

/** Whoever asks faster than can be written waits. */
const MAX_WAITING = 5_000;
/** Of one transaction: short enough for others to come between. */
const CHUNK = 100;

export class PreviewsBehind {
  readonly #index: AccountIndex;
  readonly #syncs: Serial;
  readonly #waiting = new Map<Id, string>();
  #writing: Promise<void> | null = null;

  /** @param syncs is waited for when the source closes */
  constructor(index: AccountIndex, syncs: Serial) {
    this.#index = index;
    this.#syncs = syncs;
  }

  get(id: Id): string | undefined {
    return this.#waiting.get(id);
  }

  async write(previews: ReadonlyMap<Id, string>): Promise<void> {
    if (previews.size === 0) return;
    for (const [id, preview] of previews) this.#waiting.set(id, preview);
    this.#writing ??= this.#syncs
      .run('previews', () => this.#writeAll())
      // They are read again when they are asked for again.
      .catch((error) => log.debug('imap.previews', errorFields(error)));
    if (this.#waiting.size > MAX_WAITING) await this.#writing;
  }

  /** Also those that come meanwhile: together they cost less. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) await this.#writeSome([...this.#waiting].slice(0, CHUNK));
    } finally {
      this.#writing = null;
    }
  }

  async #writeSome(some: [Id, string][]): Promise<void> {
    try {
      await this.#index.writeBehind(async (writer) => {
        for (const [id, preview] of some) await writer.setDetails(id, { preview });
      });
    } finally {
      for (const [id] of some) this.#waiting.delete(id);
    }
  }
}
