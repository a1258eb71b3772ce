/** A copy of what passes by, in a file that stands under its name only once it is whole. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorFields, log } from '@/lib/log';

export class FileCopy {
  readonly #path: string;
  readonly #partial: string;
  readonly #least: number;
  readonly #most: number;
  #held: Buffer[] = [];
  #size = 0;
  #file: FileHandle | null = null;
  #begun = false;
  #over = false;

  /** @param bounds bytes; of less and of more no copy is made */
  constructor(path: string, bounds: { least: number; most: number }) {
    this.#path = path;
    this.#partial = `${path}.${randomBytes(4).toString('hex')}.partial`;
    this.#least = bounds.least;
    this.#most = bounds.most;
  }

  async add(chunk: Buffer): Promise<void> {
    if (this.#over) return;
    this.#held.push(chunk);
    this.#size += chunk.length;
    if (this.#size > this.#most) await this.drop();
    else if (this.#size >= this.#least) await this.#tried(() => this.#write());
  }

  /** True when there is a copy now. */
  async finish(): Promise<boolean> {
    const file = this.#file;
    if (this.#over || !file) return false;
    await this.#tried(async () => {
      this.#file = null;
      await file.close();
      await rename(this.#partial, this.#path);
    });
    return !this.#over;
  }

  /** What was not finished goes. */
  async drop(): Promise<void> {
    this.#over = true;
    this.#held = [];
    await this.#file?.close();
    this.#file = null;
    if (this.#begun) await rm(this.#partial, { force: true });
  }

  async #write(): Promise<void> {
    if (!this.#file) {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      this.#file = await open(this.#partial, 'wx', 0o600);
      this.#begun = true;
    }
    const held = this.#held;
    this.#held = [];
    // Unlike `write`, all of each or an error.
    for (const chunk of held) await this.#file.appendFile(chunk);
  }

  /** A disk that is full costs the copy, never what passes by. */
  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn('copy.failed', errorFields(error));
      await this.drop();
    }
  }
}
