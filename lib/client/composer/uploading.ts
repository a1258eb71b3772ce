/** Files on their way into a draft: progress, cancel, going on after a reload, and a promise for who waits to send. */
import type { Client } from '@/lib/client/client';
import type { DraftAttachment } from '@/lib/client/draft/draft';
import { faultOf, JmapFault } from '@/lib/client/jmap';
import { uploadInPieces } from '@/lib/client/upload-pieces';
import { uploadUrl } from '@/lib/client/urls';
import { CORE, type Id } from '@/lib/jmap/types';
import { newCid } from './inline-images';
import type { KeptFiles } from './kept-files';
import type { ComposerSession } from './session';

interface Flight {
  file: File;
  abort: AbortController;
  done: Promise<void>;
}

interface Interrupted {
  /** By the key of the attachment. */
  files: ReadonlyMap<string, { file: File; ids: readonly Id[] } | null>;
  attachments: readonly DraftAttachment[];
  fault: JmapFault | null;
}

export class Uploading {
  #flights = new Map<string, Flight>();
  #progress = new Map<string, number>();

  constructor(
    private readonly session: ComposerSession,
    private readonly client: Client,
    private readonly kept: KeptFiles,
  ) {}

  /** @returns what each is called in the text, for those that are shown in it */
  add(files: readonly File[], inline: boolean): string[] {
    return files.map((file) => {
      const cid = inline ? newCid() : null;
      this.#add(file, cid);
      return cid ?? '';
    });
  }

  /** What had not arrived when the page went; what this browser no longer has is taken out, and named. */
  async interrupted(all: readonly DraftAttachment[]): Promise<Interrupted> {
    const missing = all.filter(({ blobId }) => blobId === null);
    const found = await Promise.all(missing.map(({ key }) => this.kept.find(key).catch(absent)));
    const files = new Map(missing.map(({ key }, n) => [key, found[n] ?? null]));
    const lost = missing.filter(({ key }) => !files.get(key));
    const names = lost.map(({ name }) => name).join(', ');
    return {
      files,
      attachments: all.filter((one) => !lost.includes(one)),
      fault: lost.length > 0 ? new JmapFault('uploadLost', undefined, { names }) : null,
    };
  }

  /** Goes on with it. */
  resume({ files }: Pick<Interrupted, 'files'>): void {
    for (const [key, found] of files) if (found) this.#start(key, found.file, found.ids);
  }

  /** Shown in the text while it is on its way. */
  fileOf(key: string): File | null {
    return this.#flights.get(key)?.file ?? null;
  }

  get busy(): boolean {
    return this.#flights.size > 0;
  }

  remove(key: string): void {
    this.#flights.get(key)?.abort.abort();
    void this.kept.forget(key);
    this.session.changeAttachments((all) => all.filter((one) => one.key !== key));
  }

  cancelAll(): void {
    for (const [key, { abort }] of this.#flights) {
      abort.abort();
      void this.kept.forget(key);
    }
  }

  async done(): Promise<void> {
    await this.#goOn();
    await Promise.all([...this.#flights.values()].map((flight) => flight.done));
  }

  /** What stopped with one session goes on with the next. */
  async #goOn(): Promise<void> {
    const { draft } = this.session.view();
    const stopped = (draft?.attachments ?? []).filter(
      ({ key, blobId }) => blobId === null && !this.#flights.has(key),
    );
    if (stopped.length === 0) return;
    const { fault, files } = await this.interrupted(stopped);
    const lost = stopped.filter(({ key }) => !files.get(key));
    this.session.changeAttachments((all) => all.filter((one) => !lost.some(({ key }) => key === one.key)));
    this.resume({ files });
    if (fault) throw fault;
  }

  #add(file: File, cid: string | null): void {
    const key = crypto.randomUUID();
    const type = file.type || 'application/octet-stream';
    const name = file.name || 'file';
    this.session.changeAttachments((all) => [
      ...all,
      { key, name, type, size: file.size, blobId: null, cid },
    ]);
    void this.kept.keep(key, this.session.opened.intent.accountId, file);
    this.#start(key, file, []);
  }

  #start(key: string, file: File, arrived: readonly Id[]): void {
    const abort = new AbortController();
    const done = this.#send(key, file, arrived, abort.signal).finally(() => {
      this.#flights.delete(key);
      this.#tell(key, null);
    });
    // Who sends waits for it and sees the failure; else the composer tells it.
    done.catch((error) => this.#failed(key, error));
    this.#flights.set(key, { file, abort, done });
  }

  async #send(key: string, file: File, arrived: readonly Id[], signal: AbortSignal): Promise<void> {
    const accountId = this.session.opened.intent.accountId;
    const { session } = this.client.store;
    const max = Number(session.capabilities[CORE]?.maxSizeUpload ?? Number.POSITIVE_INFINITY);
    if (file.size > max) throw new JmapFault('tooLarge', undefined, { max: `${Math.floor(max / 1e6)} MB` });
    this.#tell(key, 0);
    const into = { url: uploadUrl(session, accountId), accountId, transport: this.client.transport };
    const blobId = await uploadInPieces(into, file, {
      arrived,
      signal,
      onProgress: (part) => this.#tell(key, part),
      onArrived: (ids) => void this.kept.arrived(key, ids),
    });
    this.session.changeAttachments((all) => all.map((one) => (one.key === key ? { ...one, blobId } : one)));
    void this.kept.forget(key);
  }

  #failed(key: string, error: unknown): void {
    const fault = faultOf(error);
    // A page that goes cancels too.
    if (fault.code === 'canceled') return;
    this.session.showFault(fault);
    // Its file stays here for who signs in again (R28).
    if (fault.code === 'notSignedIn') return;
    void this.kept.forget(key);
    this.session.changeAttachments((all) => all.filter((one) => one.key !== key));
  }

  #tell(key: string, part: number | null): void {
    if (part === null) this.#progress.delete(key);
    else this.#progress.set(key, part);
    this.session.showUploads(new Map(this.#progress));
  }
}

/** A browser that keeps nothing has nothing of it. */
function absent(error: unknown): null {
  if (!(error instanceof DOMException)) throw error;
  return null;
}
