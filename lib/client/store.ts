/** Holds the accounts' states and tells who watches; what is seen is the server's knowledge with pending changes applied. */
import { applyChange } from '@/lib/client/change';
import { type AccountState, emptyAccount } from '@/lib/client/state';
import type { Id, JmapSession } from '@/lib/jmap/types';

export interface Link {
  /** The gateway cannot be reached from this browser. */
  offline: boolean;
  /** Epoch ms of the last answer: the age of what is shown. */
  lastHeard: number | null;
  /** Changes that were made here and are not answered yet. */
  waiting: number;
}

export class Store {
  session: JmapSession;
  #accounts = new Map<Id, AccountState>();
  #views = new WeakMap<AccountState, AccountState>();
  #listeners = new Set<() => void>();
  #link: Link = { offline: false, lastHeard: null, waiting: 0 };

  constructor(session: JmapSession) {
    this.session = session;
    this.setSession(session);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Somebody renders from it. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  get link(): Link {
    return this.#link;
  }

  get accountIds(): Id[] {
    return Object.keys(this.session.accounts);
  }

  /** What the server told. */
  base(accountId: Id): AccountState | undefined {
    return this.#accounts.get(accountId);
  }

  /** What is shown. */
  view(accountId: Id): AccountState | undefined {
    const base = this.#accounts.get(accountId);
    if (!base || base.pending.length === 0) return base;
    const known = this.#views.get(base);
    if (known) return known;
    const view = base.pending.reduce(applyChange, base);
    this.#views.set(base, view);
    return view;
  }

  update(accountId: Id, by: (account: AccountState) => AccountState): void {
    const account = this.#accounts.get(accountId);
    if (!account) return;
    const next = by(account);
    if (next === account) return;
    this.#accounts.set(accountId, next);
    this.#tell();
  }

  setLink(link: Partial<Link>): void {
    const next = { ...this.#link, ...link };
    // Every answer is newer than the last: that alone is no news.
    const told = next.offline !== this.#link.offline || next.waiting !== this.#link.waiting;
    this.#link = told ? next : Object.assign(this.#link, next);
    if (told) this.#tell();
  }

  /** Accounts that went are forgotten; those that stay keep their mail. */
  setSession(session: JmapSession): void {
    this.session = session;
    const next = new Map<Id, AccountState>();
    for (const [id, account] of Object.entries(session.accounts)) {
      const known = this.#accounts.get(id);
      next.set(id, known ? { ...known, session: account } : emptyAccount(id, account));
    }
    this.#accounts = next;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
