/**
 * Changes by others, while clients look: NOTIFY of all mailboxes on one connection, else IDLE on the inbox and on one more
 * mailbox; STATUS by LIST for all, and a look of our own at what is watched, since IDLE dies silently (gateway.md 2.12,
 * pitfall 19).
 */
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';
import { Idler, type IdlerEvents } from './idler';
import { Looks } from './looks';
import { refreshMailbox } from './refresh-mailbox';
import { refreshMailboxes } from './refresh-mailboxes';

/** Security.md R9 allows 5 minutes. */
const LOOK_MS = 4 * 60_000;
/** Of what is watched without IDLE: with one connection only, or beyond the second mailbox. */
const POLL_MS = 30_000;
const MAX_IDLERS = 2;
const WINDOW = 100;

export class Watcher {
  readonly #idlers = new Map<Id, Idler>();
  readonly #looks: Looks;
  #watched: Id[] = [];
  #looking: NodeJS.Timeout | undefined;
  #lookedAtAll = 0;
  /** One connection hears of all mailboxes. */
  #notified = false;
  #closed = false;

  constructor(readonly context: ImapContext) {
    this.#looks = new Looks(context, {
      mailbox: (id) => this.#look([id]),
      all: () => this.#lookAtAll(),
    });
  }

  async watch(mailboxIds: Id[]): Promise<void> {
    const rows = mailboxIds.length > 0 ? await this.context.index.mailboxes() : [];
    if (this.#closed) return;
    const inbox = rows.filter(({ role }) => role === 'inbox');
    const chosen = mailboxIds.length > 0 ? this.context.settings.watched : [];
    const others = [...new Set([...mailboxIds, ...chosen])]
      .map((id) => rows.find((row) => row.id === id))
      .filter((row) => row !== undefined);
    const wired = [...new Set([...inbox, ...others])].filter(({ wire }) => wire?.selectable);
    this.#watched = wired.map(({ id }) => id);
    const idling = this.context.pool.shrunk ? [] : wired.slice(0, this.#notified ? 1 : MAX_IDLERS);
    for (const [id, idler] of this.#idlers) {
      if (idling.some((row) => row.id === id)) continue;
      idler.stop();
      this.#idlers.delete(id);
    }
    for (const { id, wire, role } of idling) {
      if (this.#idlers.has(id) || !wire) continue;
      this.#idlers.set(id, new Idler(this.context, wire.path, this.#events(id), role === 'inbox'));
    }
    this.#schedule();
  }

  /** How changes by others are noticed now; null while nobody looks. */
  get way(): 'notify' | 'idle' | 'poll' | null {
    if (this.#watched.length === 0) return null;
    if (this.#notified) return 'notify';
    return [...this.#idlers.values()].some(({ waits }) => waits) ? 'idle' : 'poll';
  }

  /** After a new password, or when the server is back: those that gave up begin again. */
  restart(): void {
    for (const idler of this.#idlers.values()) idler.stop();
    this.#idlers.clear();
    this.#rewatch();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#looking);
    this.#looks.close();
    for (const idler of this.#idlers.values()) idler.stop();
    this.#idlers.clear();
  }

  #events(id: Id): IdlerEvents {
    return {
      onChange: () => this.#looks.mailbox(id),
      onStatus: (path) => this.#looks.path(path),
      onList: () => this.#looks.all(),
      onGiveUp: () => {
        this.#look([id]);
        this.#schedule();
      },
      onReady: (all) => {
        this.#look([id]);
        if (this.#watched[0] !== id) return;
        this.#looks.all();
        if (all === this.#notified) return;
        this.#notified = all;
        this.#rewatch();
      },
    };
  }

  #rewatch(): void {
    this.watch(this.#watched).catch((error) => log.debug('imap.watch', errorFields(error)));
  }

  #schedule(): void {
    clearTimeout(this.#looking);
    if (this.#watched.length === 0 || this.#closed) return;
    const retryIn = this.context.pool.connector.retryIn;
    // With a refused password only `reconnect` helps.
    if (retryIn === null) return;
    const due = this.#offline()
      ? retryIn
      : Math.min(this.#polled().length === 0 ? LOOK_MS : POLL_MS, this.#allDue());
    this.#looking = setTimeout(() => this.#lookInTurn(), Math.max(500, due));
    this.#looking.unref();
  }

  /** Counted from the last one: what is watched may change every minute. */
  #allDue(): number {
    return this.#lookedAtAll === 0 ? LOOK_MS : this.#lookedAtAll + LOOK_MS - Date.now();
  }

  /** Watched, and no connection tells of them. */
  #polled(): Id[] {
    return this.#notified ? [] : this.#watched.filter((id) => !this.#idlers.get(id)?.waits);
  }

  #offline(): boolean {
    return this.context.pool.connector.status.connection === 'offline';
  }

  #lookInTurn(): void {
    if (Date.now() - this.#lookedAtAll >= LOOK_MS) this.#lookAtAll();
    else this.#look(this.#offline() ? this.#watched : this.#polled());
    this.#schedule();
  }

  /** Also into those that nobody watches, when their STATUS tells that they moved. */
  #lookAtAll(): void {
    this.#lookedAtAll = Date.now();
    this.#behind(
      refreshMailboxes(this.context).then((moved) => this.#look([...new Set([...this.#watched, ...moved])])),
    );
  }

  #look(ids: Id[]): void {
    for (const id of ids) this.#behind(refreshMailbox(this.context, id, WINDOW, 'bulk'));
  }

  /** What fails here is told by the account's status. */
  #behind(work: Promise<unknown>): void {
    work
      .catch((error) => log.debug('imap.watch', errorFields(error)))
      .finally(() => {
        if (this.#offline()) this.#schedule();
      });
  }
}
