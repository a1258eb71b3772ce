/** The browser's side of the gateway: one object that a page lives on. */
import { Actions, type Part } from '@/lib/client/actions';
import { type ComposeIntent, Composers } from '@/lib/client/compose';
import { Outbox } from '@/lib/client/composer/outbox';
import { Events } from '@/lib/client/events';
import { httpFault, httpTransport, JmapFault, LinkFault, type Transport } from '@/lib/client/jmap';
import { KeptChanges } from '@/lib/client/kept-changes';
import { listKey } from '@/lib/client/lists';
import { Loader } from '@/lib/client/loader';
import { ChangeQueue, type Refusal } from '@/lib/client/queue';
import { Settings } from '@/lib/client/settings';
import type { ListQuery } from '@/lib/client/state';
import { Store } from '@/lib/client/store';
import { Sync } from '@/lib/client/sync';
import { toSignIn } from '@/lib/client/to-sign-in';
import { Toasts } from '@/lib/client/toast';
import { UndoHistory } from '@/lib/client/undo';
import { Watched } from '@/lib/client/watch';
import type { Id, JmapSession, StateChange } from '@/lib/jmap/types';

const RETRY_OFFLINE_MS = 10_000;
/** More messages than this are not one message's attachments. */
const MAX_FORWARDED = 50;

export class Client {
  readonly store: Store;
  readonly transport: Transport;
  readonly loader: Loader;
  readonly watched = new Watched();
  readonly sync: Sync;
  readonly toasts = new Toasts();
  readonly history = new UndoHistory();
  readonly queue: ChangeQueue;
  readonly actions: Actions;
  readonly composers = new Composers();
  readonly settings = new Settings();
  readonly outbox: Outbox;
  #listening = false;
  #reloading: { again: boolean; done: Promise<void> } | null = null;

  constructor(session: JmapSession, transport?: Transport) {
    this.store = new Store(session);
    this.transport = guarded(transport ?? httpTransport(session.apiUrl));
    this.loader = new Loader(this.store, this.transport, this.watched);
    this.sync = new Sync(this.store, this.transport, this.loader, this.watched);
    this.queue = new ChangeQueue(this.store, this.transport, (refusal) => this.#refused(refusal));
    this.outbox = new Outbox(this.store, this.transport);
    this.actions = new Actions(this.store, this.queue, this.history, this.toasts, this.transport);
  }

  /** Runs while the page is open. */
  start(): () => void {
    // Of what was painted by the server.
    for (const accountId of this.store.accountIds) void this.loader.previews(accountId);
    const events = new Events(this.store.session.eventSourceUrl, {
      changed: (change) => this.#changed(change),
      opened: () => this.#opened(),
      lost: () => void this.catchUp(),
    });
    const stop = events.start();
    const leave = this.queue.start(new KeptChanges());
    const retry = setInterval(() => {
      if (this.store.link.offline) void this.catchUp();
    }, RETRY_OFFLINE_MS);
    return () => {
      clearInterval(retry);
      leave();
      stop();
    };
  }

  /** Keeps a list that is on the screen fresh. */
  watch(accountId: Id, query: ListQuery): () => void {
    const stop = this.watched.add(accountId, query);
    // What was known before may be old by now; until the event stream tells how things stand it has just been painted.
    const known = this.store.base(accountId)?.lists.has(listKey(query));
    if (this.#listening && known) void this.sync.run(accountId);
    return stop;
  }

  /** The first stream begins with all states (RFC 8620 §7.3): what is old is asked for then, and nothing else. */
  #opened(): void {
    if (this.#listening) void this.catchUp();
    else void this.queue.flush();
    this.#listening = true;
  }

  /** After a gap: what waited is sent first, so that what comes back is what is shown. */
  async catchUp(): Promise<void> {
    await this.queue.flush();
    await Promise.all(this.store.accountIds.map((id) => this.sync.run(id)));
    await Promise.all(this.store.accountIds.map((id) => this.outbox.refresh(id)));
  }

  /** Opens a composer; three at a time are enough. */
  write(intent: ComposeIntent): void {
    if (!this.composers.open(intent)) this.toasts.show({ message: 'toast.tooManyComposers' });
  }

  /** Several messages as files of one; each account sends its own. */
  writeForward(parts: readonly Part[]): void {
    for (const { accountId, ids } of parts) {
      const [emailId, ...others] = ids.slice(0, MAX_FORWARDED);
      if (emailId !== undefined) this.write({ kind: 'forwardAttached', accountId, emailId, others });
    }
  }

  /** "Try again", "Check for mail": the mail servers are asked now; how each account stands is told by its session. */
  async askServers(accountIds: readonly Id[] = this.store.accountIds): Promise<void> {
    const asked = accountIds.map((accountId) =>
      this.transport.call([['Account/reconnect', { accountId }, 'again']]),
    );
    // A link that is down shows in what follows.
    await Promise.allSettled(asked);
    await this.catchUp();
  }

  /** One at a time, and once more for what happened meanwhile: an older answer must not come last. */
  reloadSession(): Promise<void> {
    if (this.#reloading) {
      this.#reloading.again = true;
      return this.#reloading.done;
    }
    const entry = { again: true, done: Promise.resolve() };
    this.#reloading = entry;
    const load = async () => {
      while (entry.again) {
        entry.again = false;
        await this.#loadSession();
      }
    };
    entry.done = load().finally(() => {
      this.#reloading = null;
    });
    return entry.done;
  }

  async #loadSession(): Promise<void> {
    const response = await fetch('/.well-known/jmap', { credentials: 'same-origin' }).catch((cause) => {
      throw new LinkFault(cause);
    });
    if (!response.ok) throw await httpFault(response);
    this.store.setSession((await response.json()) as JmapSession);
  }

  #changed(change: StateChange): void {
    if (Object.values(change.changed).some((types) => types?.Account))
      void this.reloadSession().catch(() => this.catchUp());
    for (const [accountId, states] of Object.entries(change.changed)) {
      if (this.#isNews(accountId, states)) void this.sync.run(accountId);
      if (states?.EmailSubmission) void this.outbox.refresh(accountId);
    }
  }

  #isNews(accountId: Id, states: StateChange['changed'][string]): boolean {
    const known = this.store.base(accountId)?.states;
    return known !== undefined && (states?.Email !== known.Email || states?.Mailbox !== known.Mailbox);
  }

  #refused({ ids, fault }: Refusal): void {
    this.toasts.show({
      message: `error.${fault.code}`,
      values: { ...fault.params, n: ids.length },
      detail: fault.detail,
      tone: 'error',
    });
  }
}

/** A session that ended anywhere ends the page: it goes to sign in and comes back to where it was. */
function guarded(transport: Transport): Transport {
  return {
    async call(methodCalls, signal) {
      try {
        return await transport.call(methodCalls, signal);
      } catch (error) {
        if (error instanceof JmapFault && error.code === 'notSignedIn') toSignIn();
        throw error;
      }
    },
  };
}
