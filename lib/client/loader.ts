/** Fetches what a screen lacks; one flight per thing, however many components ask. */

import { withAnswers } from '@/lib/client/ingest';
import { type Answers, faultOf, JmapFault, LinkFault, type Transport } from '@/lib/client/jmap';
import {
  emptyList,
  isTextSearch,
  isUnfinished,
  listKey,
  missing,
  WINDOW,
  WINDOW_MAX,
  type Window,
  withFault,
} from '@/lib/client/lists';
import {
  contentsRequest,
  identitiesRequest,
  mailboxesRequest,
  previewsRequest,
  rowsOfIdsRequest,
  type SearchReach,
  threadRequest,
  windowRequest,
} from '@/lib/client/requests';
import type { EmailList, ListQuery } from '@/lib/client/state';
import type { Store } from '@/lib/client/store';
import type { Id, Invocation } from '@/lib/jmap/types';

/** The mail server reads all that it searches, which takes seconds for years of mail: the newest first. */
const STEPS_DAYS = [30, 180, 730];
const DAY_MS = 86_400_000;

/** Which lists are still on the screen. */
export interface Wanted {
  has(accountId: Id, query: ListQuery): boolean;
  /** Aborted when it leaves. */
  until(accountId: Id, query: ListQuery): AbortSignal | undefined;
}

export class Loader {
  #flights = new Map<string, Promise<void>>();

  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly wanted: Wanted = { has: () => true, until: () => undefined },
  ) {}

  mailboxes(accountId: Id): Promise<void> {
    return this.#once(`mailboxes ${accountId}`, () => this.#fetch(accountId, mailboxesRequest(accountId)));
  }

  identities(accountId: Id): Promise<void> {
    return this.#once(`identities ${accountId}`, () => this.#fetch(accountId, identitiesRequest(accountId)));
  }

  /** Rows [from, to) of the list, if any of them is not known. */
  async list(accountId: Id, query: ListQuery, from: number, to: number): Promise<void> {
    const account = this.store.base(accountId);
    const list = account?.lists.get(listKey(query)) ?? emptyList(query);
    // What failed is asked for again by a click or by sync, not by every look at the list.
    if (list.fault) return;
    const gap = missing(list, from, to, (id) => account?.emails.has(id) ?? false);
    if (!gap && isUnfinished(list)) await this.window(accountId, query, { position: 0, limit: WINDOW });
    if (gap) await this.window(accountId, query, gap);
  }

  /** The newest rows of the list, up to `most`, so that all of them can be acted on. */
  async whole(accountId: Id, query: ListQuery, most: number): Promise<void> {
    for (let from = 0; from < most; from += WINDOW_MAX) {
      const list = this.store.base(accountId)?.lists.get(listKey(query));
      if (list?.fault || (list?.total != null && from >= list.total)) return;
      await this.list(accountId, query, from, Math.min(most, from + WINDOW_MAX));
    }
  }

  window(accountId: Id, query: ListQuery, window: Window): Promise<void> {
    const key = listKey(query);
    return this.#once(`${accountId} ${key} ${window.position}+${window.limit}`, async () => {
      try {
        const list = this.store.base(accountId)?.lists.get(key);
        if (isTextSearch(query) && (!list || isUnfinished(list)) && window.position === 0)
          await this.#once(`search ${accountId} ${key}`, () => this.#search(accountId, query, window));
        else await this.#fetch(accountId, windowRequest(accountId, query, window, reachOf(list)), query);
      } catch (error) {
        const fault = faultOf(error);
        // Nobody looks at it any more.
        if (fault.code === 'canceled') return;
        this.store.update(accountId, (account) => {
          const list = account.lists.get(key) ?? emptyList(query);
          return { ...account, lists: new Map(account.lists).set(key, withFault(list, fault)) };
        });
      }
    });
  }

  /**
   * What is known here is shown at once, then what the mail server finds, from the newest mail back; whoever left needs no
   * more of it, so the server is not kept searching, and it goes on from there when they come back.
   */
  async #search(accountId: Id, query: ListQuery, window: Window): Promise<void> {
    const now = Date.now();
    const known = () => this.store.base(accountId)?.lists.get(listKey(query));
    const until = this.wanted.until(accountId, query);
    const step = (reach: SearchReach) =>
      this.#fetch(accountId, windowRequest(accountId, query, window, reach), query, until);
    if (!known()) await step({ 'gatepost:indexOnly': true });
    for (const days of [...STEPS_DAYS, null]) {
      const list = known();
      if (!list || !isUnfinished(list) || !this.wanted.has(accountId, query)) return;
      const backTo = days === null ? null : new Date(now - days * DAY_MS).toISOString();
      if (backTo === null) await step({});
      else if (list.backTo === null || backTo < list.backTo) await step({ 'gatepost:backTo': backTo });
    }
  }

  thread(accountId: Id, threadId: Id): Promise<void> {
    return this.#once(`thread ${accountId} ${threadId}`, () =>
      this.#fetch(accountId, threadRequest(accountId, threadId)),
    );
  }

  contents(accountId: Id, ids: readonly Id[]): Promise<void> {
    const unknown = ids.filter((id) => !this.store.base(accountId)?.contents.has(id));
    if (unknown.length === 0) return Promise.resolve();
    return this.#once(`contents ${accountId} ${unknown.join()}`, () =>
      this.#fetch(accountId, contentsRequest(accountId, unknown)),
    );
  }

  /** From where on the account's changes are told, if nothing of its mail has been asked for yet. */
  async begin(accountId: Id): Promise<void> {
    if (!this.store.base(accountId)?.states.Email)
      await this.#fetch(accountId, [['Email/get', { accountId, ids: [] }, 'rows']]);
  }

  /**
   * Of rows that came without theirs: one request at a time, so that a click does not wait behind all that was scrolled past, and
   * first what came last. A failure leaves those rows as they are until they are read again.
   */
  previews(accountId: Id): Promise<void> {
    return this.#once(`previews ${accountId}`, async () => {
      for (;;) {
        const wanted = this.store.base(accountId)?.withoutPreview ?? [];
        if (wanted.length === 0) return;
        const rest = wanted.slice(0, -WINDOW_MAX);
        this.store.update(accountId, (account) => ({ ...account, withoutPreview: rest }));
        await this.#previewsOf(accountId, wanted.slice(-WINDOW_MAX));
      }
    });
  }

  async #previewsOf(accountId: Id, ids: readonly Id[]): Promise<void> {
    try {
      await this.#fetch(accountId, previewsRequest(accountId, ids));
    } catch (error) {
      // A row says enough without; that the link is down is told by who asks next.
      if (!(error instanceof JmapFault)) throw error;
    }
  }

  rows(accountId: Id, ids: readonly Id[]): Promise<void> {
    if (ids.length === 0) return Promise.resolve();
    return this.#fetch(accountId, rowsOfIdsRequest(accountId, ids));
  }

  async #fetch(accountId: Id, calls: Invocation[], query?: ListQuery, until?: AbortSignal): Promise<void> {
    const answers = await this.#call(calls, until);
    this.store.update(accountId, (account) => withAnswers(account, answers, query));
    void this.previews(accountId);
  }

  async #call(calls: Invocation[], until: AbortSignal | undefined): Promise<Answers> {
    try {
      const answers = await this.transport.call(calls, until);
      this.store.setLink({ offline: false, lastHeard: Date.now() });
      return answers;
    } catch (error) {
      if (error instanceof LinkFault) this.store.setLink({ offline: true });
      throw error;
    }
  }

  #once(key: string, fetch: () => Promise<void>): Promise<void> {
    const running = this.#flights.get(key);
    if (running) return running;
    const flight = fetch().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}

/** Further rows of a search come from as far back as the rows before them. */
function reachOf(list: EmailList | undefined): SearchReach {
  if (!list || !isUnfinished(list)) return {};
  return list.backTo === null ? { 'gatepost:indexOnly': true } : { 'gatepost:backTo': list.backTo };
}
