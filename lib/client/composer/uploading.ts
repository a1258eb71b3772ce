/** Files on their way into a draft: progress, cancel, and a promise for who waits to send. */
import type { Client } from '@/lib/client/client';
import { faultOf, JmapFault } from '@/lib/client/jmap';
import { uploadInPieces } from '@/lib/client/upload-pieces';
import { uploadUrl } from '@/lib/client/urls';
import { CORE } from '@/lib/jmap/types';
import { newCid } from './inline-images';
import type { ComposerSession } from './session';

interface Flight {
  abort: AbortController;
  done: Promise<void>;
}

export class Uploading {
  #flights = new Map<string, Flight>();
  #progress = new Map<string, number>();

  constructor(
    private readonly session: ComposerSession,
    private readonly client: Client,
  ) {}

  /** @returns what each is called in the text, for those that are shown in it */
  add(files: readonly File[], inline: boolean): string[] {
    return files.map((file) => {
      const cid = inline ? newCid() : null;
      this.#add(file, cid);
      return cid ?? '';
    });
  }

  remove(key: string): void {
    this.#flights.get(key)?.abort.abort();
    this.session.changeAttachments((all) => all.filter((one) => one.key !== key));
  }

  cancelAll(): void {
    for (const { abort } of this.#flights.values()) abort.abort();
  }

  async done(): Promise<void> {
    await Promise.all([...this.#flights.values()].map((flight) => flight.done));
  }

  #add(file: File, cid: string | null): void {
    const key = crypto.randomUUID();
    const type = file.type || 'application/octet-stream';
    const name = file.name || 'file';
    this.session.changeAttachments((all) => [
      ...all,
      { key, name, type, size: file.size, blobId: null, cid },
    ]);
    const abort = new AbortController();
    const done = this.#send(key, file, abort.signal).finally(() => {
      this.#flights.delete(key);
      this.#tell(key, null);
    });
    // Who sends waits for it and sees the failure; else the composer tells it.
    done.catch((error) => this.#failed(key, error));
    this.#flights.set(key, { abort, done });
  }

  async #send(key: string, file: File, signal: AbortSignal): Promise<void> {
    const accountId = this.session.opened.intent.accountId;
    const { session } = this.client.store;
    const max = Number(session.capabilities[CORE]?.maxSizeUpload ?? Number.POSITIVE_INFINITY);
    if (file.size > max) throw new JmapFault('tooLarge', undefined, { max: `${Math.floor(max / 1e6)} MB` });
    this.#tell(key, 0);
    const into = { url: uploadUrl(session, accountId), accountId, transport: this.client.transport };
    const blobId = await uploadInPieces(into, file, { signal, onProgress: (part) => this.#tell(key, part) });
    this.session.changeAttachments((all) => all.map((one) => (one.key === key ? { ...one, blobId } : one)));
  }

  #failed(key: string, error: unknown): void {
    const fault = faultOf(error);
    if (fault.code === 'canceled') return;
    this.session.changeAttachments((all) => all.filter((one) => one.key !== key));
    this.session.showFault(fault);
  }

  #tell(key: string, part: number | null): void {
    if (part === null) this.#progress.delete(key);
    else this.#progress.set(key, part);
    this.session.showUploads(new Map(this.#progress));
  }
}
