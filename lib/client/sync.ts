/** Brings an account's state up to date by state strings (RFC 8620 §5.2, §5.6); reloads when the server cannot tell changes. */

import { withAnswers } from '@/lib/client/ingest';
import { type Answers, faultOf, LinkFault, ref, type Transport } from '@/lib/client/jmap';
import {
  isTextSearch,
  listKey,
  type QueryChangesAnswer,
  WINDOW_MAX,
  withQueryChanges,
} from '@/lib/client/lists';
import type { Loader } from '@/lib/client/loader';
import { mailboxesRequest, queryArguments, windowRequest } from '@/lib/client/requests';
import { type AccountState, type EmailList, without } from '@/lib/client/state';
import type { Store } from '@/lib/client/store';
import type { Watched } from '@/lib/client/watch';
import type { Id, Invocation, Mailbox, State } from '@/lib/jmap/types';

interface ChangesAnswer {
  oldState: State;
  newState: State;
  hasMoreChanges: boolean;
  created: Id[];
  updated: Id[];
  destroyed: Id[];
}

type Created = (accountId: Id, ids: readonly Id[]) => void;

const MAX_CHANGES = 500;
/** A server that never gets to the end of its changes is asked for everything instead. */
const MAX_PASSES = 40;

export class Sync {
  #running = new Map<Id, { again: boolean; done: Promise<void> }>();
  #onCreated = new Set<Created>();

  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly loader: Loader,
    private readonly watched: Watched,
  ) {}

  /** Told of emails that an account has got, when their rows are known; not of a flood. @returns what ends it */
  onCreated(listener: Created): () => void {
    this.#onCreated.add(listener);
    return () => this.#onCreated.delete(listener);
  }

  /** One run at a time; a call during a run makes one more run after it. */
  run(accountId: Id): Promise<void> {
    const running = this.#running.get(accountId);
    if (running) {
      running.again = true;
      return running.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    this.#running.set(accountId, entry);
    entry.done = this.#loop(accountId, entry).finally(() => this.#running.delete(accountId));
    return entry.done;
  }

  async #loop(accountId: Id, entry: { again: boolean }): Promise<void> {
    do {
      entry.again = false;
      await this.#once(accountId);
    } while (entry.again);
  }

  async #once(accountId: Id): Promise<void> {
    try {
      if (!(await this.#catchUp(accountId))) await this.#reload(accountId);
      this.store.setLink({ offline: false, lastHeard: Date.now() });
      this.store.update(accountId, (account) => (account.fault ? { ...account, fault: null } : account));
    } catch (error) {
      if (error instanceof LinkFault) this.store.setLink({ offline: true });
      else this.store.update(accountId, (account) => ({ ...account, fault: faultOf(error) }));
    }
  }

  /** False when only a reload helps. */
  async #catchUp(accountId: Id): Promise<boolean> {
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const account = this.store.base(accountId);
      if (!account) return true;
      const lists = this.watched
        .of(accountId)
        .flatMap(({ query }) => changeable(account.lists.get(listKey(query))));
      const calls = changesCalls(account, lists);
      if (calls.length === 0) return true;
      const outcome = await this.#apply(accountId, lists, await this.transport.call(calls));
      if (outcome !== 'more') return outcome === 'done';
    }
    return false;
  }

  async #apply(
    accountId: Id,
    lists: readonly EmailList[],
    answers: Answers,
  ): Promise<'done' | 'more' | 'reload'> {
    const lost = ['mailboxChanges', 'emailChanges'].map((id) => answers.error(id)).find(Boolean);
    if (lost?.code === 'cannotCalculateChanges') return 'reload';
    if (lost) throw lost;
    const before = this.store.base(accountId);
    const emails = answers.has('emailChanges') ? answers.of<ChangesAnswer>('emailChanges') : null;
    // Rows first: a list never shows a bar for mail that has just come.
    await this.#refresh(accountId, emails, lists, answers);
    this.store.update(accountId, (account) =>
      withLists(withMailboxChanges(account, answers), lists, answers),
    );
    await this.#reloadUnclear(accountId, lists, answers);
    if (!emails) return 'done';
    if (isFew(emails.created)) for (const told of this.#onCreated) told(accountId, emails.created);
    this.store.update(accountId, (account) => withEmailChanges(account, emails));
    const stuck = emails.hasMoreChanges && emails.newState === before?.states.Email;
    if (stuck) return 'reload';
    return emails.hasMoreChanges ? 'more' : 'done';
  }

  /** Rows that changed and are known, and rows that came into view. */
  async #refresh(
    accountId: Id,
    emails: ChangesAnswer | null,
    lists: readonly EmailList[],
    answers: Answers,
  ): Promise<void> {
    const known = this.store.base(accountId)?.emails;
    const added = lists.flatMap((_, index) => addedTo(index, answers));
    const updated = emails?.updated.filter((id) => known?.has(id)) ?? [];
    // New mail belongs perhaps to a conversation that is shown; a flood of it is fetched as it comes into view.
    const created = emails && isFew(emails.created) ? emails.created : [];
    await this.loader.rows(accountId, [...new Set([...updated, ...created, ...added])].slice(0, MAX_CHANGES));
  }

  /** Lists whose changes could not be told. */
  async #reloadUnclear(accountId: Id, lists: readonly EmailList[], answers: Answers): Promise<void> {
    const lost = new Set(lists.filter((_, index) => answers.error(queryCall(index))).map(({ key }) => key));
    const unclear = this.watched.of(accountId).filter(({ query }) => {
      const list = this.store.base(accountId)?.lists.get(listKey(query));
      // A search in the bodies costs the mail server much: it is not repeated by itself.
      return list && (lost.has(list.key) || (!list.canCalculateChanges && !isTextSearch(list)));
    });
    for (const { query, from } of unclear) {
      await this.loader.window(accountId, query, { position: Math.max(0, from), limit: WINDOW_MAX });
    }
  }

  /** Everything that is on the screen anew, swapped in one step: the old rows stay until the new ones are there. */
  async #reload(accountId: Id): Promise<void> {
    const mailboxes = await this.transport.call(mailboxesRequest(accountId));
    const windows: { query: Parameters<typeof windowRequest>[1]; answers: Answers }[] = [];
    for (const { query, from } of this.watched.of(accountId)) {
      windows.push({
        query,
        answers: await this.transport.call(
          windowRequest(accountId, query, { position: from, limit: WINDOW_MAX }),
        ),
      });
    }
    this.store.update(accountId, (account) => {
      const fresh: AccountState = {
        ...account,
        emails: new Map(),
        threads: new Map(),
        lists: new Map(),
        states: {},
      };
      return windows.reduce(
        (next, { query, answers }) => withAnswers(next, answers, query),
        withAnswers(fresh, mailboxes),
      );
    });
    await this.loader.previews(accountId);
  }
}

const isFew = ({ length }: readonly Id[]) => length > 0 && length <= WINDOW_MAX;

const queryCall = (index: number) => `list${index}`;

function changeable(list: EmailList | undefined): EmailList[] {
  return list?.queryState && list.canCalculateChanges ? [list] : [];
}

function changesCalls(account: AccountState, lists: readonly EmailList[]): Invocation[] {
  const accountId = account.id;
  const { Mailbox: mailboxState, Email: emailState } = account.states;
  const calls: Invocation[] = mailboxState
    ? mailboxCalls(accountId, mailboxState)
    : mailboxesRequest(accountId);
  if (emailState)
    calls.push([
      'Email/changes',
      { accountId, sinceState: emailState, maxChanges: MAX_CHANGES },
      'emailChanges',
    ]);
  lists.forEach((list, index) => {
    const since = { sinceQueryState: list.queryState, maxChanges: MAX_CHANGES, calculateTotal: true };
    calls.push(['Email/queryChanges', { ...queryArguments(accountId, list), ...since }, queryCall(index)]);
  });
  return calls;
}

function mailboxCalls(accountId: Id, sinceState: State): Invocation[] {
  return [
    ['Mailbox/changes', { accountId, sinceState }, 'mailboxChanges'],
    [
      'Mailbox/get',
      { accountId, '#ids': ref('mailboxChanges', 'Mailbox/changes', '/created') },
      'createdMailboxes',
    ],
    [
      'Mailbox/get',
      { accountId, '#ids': ref('mailboxChanges', 'Mailbox/changes', '/updated') },
      'updatedMailboxes',
    ],
  ];
}

function withMailboxChanges(account: AccountState, answers: Answers): AccountState {
  if (answers.has('mailboxes')) return withAnswers(account, answers);
  const { destroyed, newState } = answers.of<ChangesAnswer>('mailboxChanges');
  const fresh = ['createdMailboxes', 'updatedMailboxes'].flatMap(
    (id) => answers.of<{ list: Mailbox[] }>(id).list,
  );
  const states = { ...account.states, Mailbox: newState };
  if (fresh.length === 0 && destroyed.length === 0) return { ...account, states };
  const mailboxes = new Map(account.mailboxes);
  for (const mailbox of fresh) mailboxes.set(mailbox.id, mailbox);
  for (const id of destroyed) mailboxes.delete(id);
  return { ...account, mailboxes, states };
}

function withLists(account: AccountState, lists: readonly EmailList[], answers: Answers): AccountState {
  const next = new Map(account.lists);
  lists.forEach((list, index) => {
    const now = next.get(list.key);
    // A window that was answered meanwhile has its own state: the changes are told from that one next time.
    if (!now || now.queryState !== list.queryState || !answers.has(queryCall(index))) return;
    next.set(list.key, withQueryChanges(now, answers.of<QueryChangesAnswer>(queryCall(index))));
  });
  return { ...account, lists: next };
}

function withEmailChanges(account: AccountState, { destroyed, newState }: ChangesAnswer): AccountState {
  const gone = new Set(destroyed);
  const lists = new Map(account.lists);
  for (const [key, list] of lists) {
    if (!isTextSearch(list) || !list.ids.some((id) => id !== null && gone.has(id))) continue;
    const ids = list.ids.filter((id) => id === null || !gone.has(id));
    lists.set(key, {
      ...list,
      ids,
      total: list.total === null ? null : list.total - (list.ids.length - ids.length),
    });
  }
  return {
    ...account,
    lists,
    emails: without(account.emails, destroyed),
    contents: without(account.contents, destroyed),
    states: { ...account.states, Email: newState },
  };
}

function addedTo(index: number, answers: Answers): Id[] {
  return answers.has(queryCall(index))
    ? answers.of<QueryChangesAnswer>(queryCall(index)).added.map(({ id }) => id)
    : [];
}
