/** The most recently used byte strings, up to a total size. */
export class ByteCache {
  readonly #limit: number;
  readonly #entries = new Map<string, Buffer>();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  async get(key: string, read: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.known(key);
    if (known) return known;
    const bytes = await read();
    this.put(key, bytes);
    return bytes;
  }

  known(key: string): Buffer | null {
    const known = this.#entries.get(key);
    if (!known) return null;
    this.#entries.delete(key);
    this.#entries.set(key, known);
    return known;
  }

  put(key: string, bytes: Buffer): void {
    if (this.#entries.has(key) || bytes.length > this.#limit / 4) return;
    this.#entries.set(key, bytes);
    this.#size += bytes.length;
    for (const [oldest, { length }] of this.#entries) {
      if (this.#size <= this.#limit) break;
      this.#entries.delete(oldest);
      this.#size -= length;
    }
  }
}
