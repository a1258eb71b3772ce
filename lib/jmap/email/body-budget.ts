/** Bytes of bodies that one request may still have read: 500 emails of a megabyte each do not fit in one answer. */
import { MAX_BODY_BYTES_IN_REQUEST } from '@/lib/jmap/limits';

export class BodyBudget {
  #left: number;

  constructor(bytes = MAX_BODY_BYTES_IN_REQUEST) {
    this.#left = bytes;
  }

  /** @returns what is granted of it, perhaps nothing */
  take(bytes: number): number {
    const granted = Math.min(bytes, this.#left);
    this.#left -= granted;
    return granted;
  }
}
