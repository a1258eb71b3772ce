/**
 * Files on their way into a draft, in this browser's IndexedDB until the server has them whole: a page that was reloaded or that
 * crashed goes on with them (R28, S35). The file is written once, what the server has of it beside it: each piece would else write it anew.
 */
import { BrowserStore } from '@/lib/client/browser-store';
import type { Id } from '@/lib/jmap/types';
import { done } from './keep-here';

interface KeptFile {
  key: string;
  accountId: Id;
  /** Epoch ms. */
  at: number;
  file: File;
}

interface KeptPieces {
  key: string;
  ids: readonly Id[];
}

/** The server has forgotten the pieces of then, and the writer the draft. */
const MAX_AGE_MS = 7 * 24 * 60 * 60_000;

export class KeptFiles {
  #files = new BrowserStore<KeptFile>('gatepost-files', 'files');
  #pieces = new BrowserStore<KeptPieces>('gatepost-pieces', 'pieces');

  async keep(key: string, accountId: Id, file: File): Promise<void> {
    await done(this.#files.put({ key, accountId, at: Date.now(), file }));
  }

  async arrived(key: string, ids: readonly Id[]): Promise<void> {
    await done(this.#pieces.put({ key, ids }));
  }

  /** null: this browser does not have it. */
  async find(key: string): Promise<{ file: File; ids: readonly Id[] } | null> {
    const found = await this.#files.get(key);
    return found ? { file: found.file, ids: (await this.#pieces.get(key))?.ids ?? [] } : null;
  }

  async forget(key: string): Promise<void> {
    await Promise.all([done(this.#files.remove(key)), done(this.#pieces.remove(key))]);
  }

  /** What is somebody else's, or of a draft that nobody goes on with. */
  async tidy(accountIds: readonly Id[]): Promise<void> {
    const oldest = Date.now() - MAX_AGE_MS;
    const all = await this.#files.all();
    const gone = all.filter(({ accountId, at }) => !accountIds.includes(accountId) || at < oldest);
    for (const { key } of gone) await this.forget(key);
  }

  async clear(): Promise<void> {
    await Promise.all([this.#files.clear(), this.#pieces.clear()]);
  }
}

export const keptFiles = new KeptFiles();
