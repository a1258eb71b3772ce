/**
 * Of mail behind a server the index knows headers and previews; the words of a body from when somebody has read it on. Written
 * behind, as nobody waits for it; what is lost is written when the message is read again.
 */
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { TextPart } from '@/lib/mime/digest';
import { searchWords } from '@/lib/source/local/digest';

/** The pages of a conversation are read together. */
const WAIT_MS = 500;
/** Somebody reads everything, a program: the rest is written when it is read again. */
const MAX_WAITING = 100;
const MAX_TOLD = 10_000;

export class SeenTexts {
  readonly #index: Pick<AccountIndex, 'writeBehind'>;
  readonly #told = new Set<Id>();
  readonly #waiting = new Map<Id, TextPart[]>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(index: Pick<AccountIndex, 'writeBehind'>) {
    this.#index = index;
  }

  note(emailId: Id, texts: TextPart[]): void {
    if (texts.length === 0 || this.#told.has(emailId) || this.#waiting.size >= MAX_WAITING) return;
    const [oldest] = this.#told;
    if (oldest !== undefined && this.#told.size >= MAX_TOLD) this.#told.delete(oldest);
    this.#told.add(emailId);
    this.#waiting.set(emailId, texts);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing
        .then(() => this.#write())
        .catch((error) => log.debug('account.seen', errorFields(error)));
    }, WAIT_MS).unref();
  }

  /** Nothing is written any more when this resolves. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
  }

  async #write(): Promise<void> {
    const read = [...this.#waiting];
    this.#waiting.clear();
    const found: [Id, string][] = [];
    for (const [id, parts] of read) found.push([id, await searchWords(parts)]);
    await this.#index.writeBehind(async (writer) => {
      for (const [id, words] of found) await writer.setDetails(id, { text: { words } });
    });
  }
}
