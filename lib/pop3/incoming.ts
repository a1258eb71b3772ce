/** One message on its way in: in memory while it is small, else streamed on to storage with back-pressure. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FeedStore, StoredBytes } from '@/lib/pop3/feed-store';

/** What is worth holding so that it shares the commit of its group. */
const IN_MEMORY = 64 * 1024;

export class Incoming {
  readonly #store: FeedStore;
  #chunks: Buffer[] = [];
  #size = 0;
  #stream: PassThrough | null = null;
  #stored: Promise<StoredBytes> | null = null;

  constructor(store: FeedStore) {
    this.#store = store;
  }

  /** A Sink: its promise holds the socket back. */
  readonly push = (bytes: Buffer): void | Promise<void> => {
    if (this.#stream) return this.#write(bytes);
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (this.#size > IN_MEMORY) return this.#overflow();
  };

  #overflow(): Promise<void> {
    this.#stream = new PassThrough();
    this.#stored = this.#store.storeBytes(this.#stream);
    const held = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return this.#write(held);
  }

  async #write(bytes: Buffer): Promise<void> {
    if (!this.#stream || this.#stream.write(bytes)) return;
    // A full disk ends the stored promise first; nothing would drain then.
    await Promise.race([once(this.#stream, 'drain'), this.#stored]);
  }

  finish(): Buffer | Promise<StoredBytes> {
    if (!this.#stream || !this.#stored) return Buffer.concat(this.#chunks);
    this.#stream.end();
    return this.#stored;
  }

  /** The rest will not come: storage drops what it has. */
  async abort(cause: unknown): Promise<void> {
    this.#chunks = [];
    if (!this.#stream) return;
    this.#stream.destroy(cause instanceof Error ? cause : new Error('aborted'));
    await Promise.allSettled([this.#stored]);
  }
}
