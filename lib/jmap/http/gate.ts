/** How many requests of one user are worked on at a time (RFC 8620 §2). */
import { RequestProblem } from '@/lib/jmap/problem';

export class Gate {
  readonly #limit: number;
  readonly #name: string;
  readonly #inside = new Map<string, number>();

  constructor(limit: number, name: string) {
    this.#limit = limit;
    this.#name = name;
  }

  async pass<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const inside = this.#inside.get(userId) ?? 0;
    if (inside >= this.#limit)
      throw new RequestProblem('limit', 'Too many at once', { limit: this.#name, status: 429 });
    this.#inside.set(userId, inside + 1);
    try {
      return await work();
    } finally {
      const left = (this.#inside.get(userId) ?? 1) - 1;
      if (left > 0) this.#inside.set(userId, left);
      else this.#inside.delete(userId);
    }
  }
}
