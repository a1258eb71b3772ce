/**
 * Room in memory for files that go into composed messages: each is there as it is, encoded, and joined with the others. Who finds
 * none waits, and is refused in the end (security.md S28).
 */
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { MAX_HELD } from '@/lib/source/source';

/** Of one user, in one call or in several: what one message may hold. */
const OF_USER = MAX_HELD;
/** Of all users of the process. */
const OF_ALL = 2 * MAX_HELD;
/** A mail server that takes a message away slowly is waited for so long. */
const WAIT_MS = 30_000;

/** It may be asked for again. */
export function tooMuch(message: string): RequestError {
  return new RequestError('rateLimit', message, { params: { seconds: WAIT_MS / 1_000 } });
}

interface Waiting {
  userId: Id;
  bytes: number;
  enter(): void;
}

export class ComposingRoom {
  readonly #inside = new Map<Id, number>();
  #waiting: Waiting[] = [];
  #total = 0;

  /** @param bytes at most `OF_USER`. @returns how to leave. @throws rateLimit */
  async enter(userId: Id, bytes: number): Promise<() => void> {
    if (!this.#take(userId, bytes)) await this.#wait(userId, bytes);
    return () => {
      this.#put(userId, -bytes);
      this.#waiting = this.#waiting.filter((each) => {
        if (!this.#take(each.userId, each.bytes)) return true;
        each.enter();
        return false;
      });
    };
  }

  #wait(userId: Id, bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== mine);
        reject(tooMuch('Too many large messages are being written at once'));
      }, WAIT_MS);
      const enter = () => {
        clearTimeout(late);
        resolve();
      };
      const mine = { userId, bytes, enter };
      this.#waiting.push(mine);
    });
  }

  #take(userId: Id, bytes: number): boolean {
    const mine = (this.#inside.get(userId) ?? 0) + bytes;
    // What has no files is never kept waiting.
    if (bytes > 0 && (mine > OF_USER || this.#total + bytes > OF_ALL)) return false;
    this.#put(userId, bytes);
    return true;
  }

  #put(userId: Id, bytes: number): void {
    this.#total += bytes;
    const mine = (this.#inside.get(userId) ?? 0) + bytes;
    if (mine > 0) this.#inside.set(userId, mine);
    else this.#inside.delete(userId);
  }
}
