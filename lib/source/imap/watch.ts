/**
 * Changes by others, while clients look: IDLE on the inbox and on one more mailbox, STATUS by LIST for all, and a look of
 * our own at what IDLE watches, since IDLE dies silently (gateway.md 2.12, pitfall 19).
 */
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';
import { Idler } from './idler';
import { refreshMailbox } from './refresh-mailbox';
import { refreshMailboxes } from './refresh-mailboxes';

/** Security.md R9 allows 5 minutes. */
const LOOK_MS = 4 * 60_000;
/** Without IDLE, or with one connection only. */
const POLL_MS = 30_000;
const MAX_IDLERS = 2;
const WINDOW = 100;

export class Watcher {
  readonly #idlers = new Map<Id, Idler>();
  #watched: Id[] = [];
  #looking: NodeJS.Timeout | undefined;
  #lookedAtAll = 0;
  #closed = false;

  constructor(readonly context: ImapContext) {}

  async watch(mailboxIds: Id[]): Promise<void> {
    const rows = mailboxIds.length > 0 ? await this.context.index.mailboxes() : [];
    if (this.#closed) return;
    const inbox = rows.filter(({ role }) => role === 'inbox');
    const others = mailboxIds
      .map((id) => rows.find((row) => row.id === id))
      .filter((row) => row !== undefined);
    const wired = [...new Set([...inbox, ...others])].filter(({ wire }) => wire?.selectable);
    this.#watched = wired.map(({ id }) => id);
    const idling = this.context.pool.shrunk ? [] : wired.slice(0, MAX_IDLERS);
    for (const [id, idler] of this.#idlers) {
      if (idling.some((row) => row.id === id)) continue;
      idler.stop();
      this.#idlers.delete(id);
    }
    for (const { id, wire } of idling) {
      if (!this.#idlers.has(id) && wire) this.#idlers.set(id, this.#idler(id, wire.path));
    }
    this.#schedule();
  }

  /** After a new password, or when the server is back: those that gave up begin again. */
  restart(): void {
    for (const idler of this.#idlers.values()) idler.stop();
    this.#idlers.clear();
    const watched = this.#watched;
    this.watch(watched).catch((error) => log.debug('imap.watch', errorFields(error)));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#looking);
    for (const idler of this.#idlers.values()) idler.stop();
    this.#idlers.clear();
  }

  #idler(id: Id, path: string): Idler {
    return new Idler(this.context, path, () => this.#look([id]));
  }

  #schedule(): void {
    clearTimeout(this.#looking);
    if (this.#watched.length === 0 || this.#closed) return;
    const retryIn = this.context.pool.connector.retryIn;
    // With a refused password only `reconnect` helps.
    if (retryIn === null) return;
    const due = this.#offline() ? retryIn : this.#idlers.size > 0 ? LOOK_MS : POLL_MS;
    this.#looking = setTimeout(() => this.#lookAtAll(), Math.max(500, due));
    this.#looking.unref();
  }

  #offline(): boolean {
    return this.context.pool.connector.status.connection === 'offline';
  }

  #lookAtAll(): void {
    if (Date.now() - this.#lookedAtAll >= LOOK_MS) {
      this.#lookedAtAll = Date.now();
      this.#behind(refreshMailboxes(this.context));
    }
    this.#look(this.#watched);
    this.#schedule();
  }

  #look(ids: Id[]): void {
    for (const id of ids) this.#behind(refreshMailbox(this.context, id, WINDOW, 'bulk'));
  }

  /** What fails here is told by the account's status. */
  #behind(work: Promise<void>): void {
    work
      .catch((error) => log.debug('imap.watch', errorFields(error)))
      .finally(() => {
        if (this.#offline()) this.#schedule();
      });
  }
}
