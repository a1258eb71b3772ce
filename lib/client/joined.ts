/** Inboxes of several accounts as one list, newest first. Pure: a merge of what is known of each; every id carries its account. */
import { roleMailbox } from '@/lib/client/actions';
import { emptyList, listKey, WINDOW } from '@/lib/client/lists';
import { keyOf, placeOf } from '@/lib/client/place';
import { ALL_INBOXES } from '@/lib/client/route';
import type { AccountState, EmailList, EmailRow, ListQuery, Mail } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';

export interface JoinedInbox {
  account: AccountState;
  query: ListQuery;
  list: EmailList | undefined;
  /** Rows of it that the joined list has. */
  taken: number;
}

export interface Joined {
  inboxes: readonly JoinedInbox[];
  list: EmailList;
  /** Rows of the list that are known; what is behind them depends on rows that are not. */
  known: number;
  mail: Mail;
}

const QUERY: ListQuery = { filter: { inMailbox: ALL_INBOXES }, collapseThreads: true };
const EMPTY = emptyList(QUERY);

/** @param before what its rows were: the same rows stay the same array. */
export function join(accounts: readonly AccountState[], before: readonly (Id | null)[] = []): Joined {
  const inboxes = accounts.flatMap(inboxOf);
  const { ids, taken, waits } = merged(inboxes);
  const known = ids.length;
  const answered = inboxes.filter(({ list }) => typeof list?.total === 'number');
  const all = answered.reduce((sum, { list }) => sum + (list?.total ?? 0), 0);
  // Where the next row would be is not known before it is asked for: the list grows by a window at a time.
  const total = waits ? Math.min(all, known + WINDOW) : known;
  const rows = [...ids, ...Array<null>(total - known).fill(null)];
  const same = rows.length === before.length && rows.every((id, index) => id === before[index]);
  return {
    inboxes: inboxes.map((inbox, index) => ({ ...inbox, taken: taken[index] ?? 0 })),
    list: { ...EMPTY, ids: same ? before : rows, total: answered.length > 0 ? total : null },
    known,
    mail: mailOf(accounts),
  };
}

function inboxOf(account: AccountState): Omit<JoinedInbox, 'taken'>[] {
  const inbox = roleMailbox(account, 'inbox');
  if (!inbox) return [];
  const query: ListQuery = { filter: { inMailbox: inbox.id }, collapseThreads: true };
  return [{ account, query, list: account.lists.get(listKey(query)) }];
}

/**
 * The newest of the heads, again and again. A list whose head is not known yet may have the next row: the merge waits for it,
 * unless it failed or was never answered; nobody waits for a server that does not answer.
 */
function merged(inboxes: readonly Omit<JoinedInbox, 'taken'>[]): {
  ids: Id[];
  taken: number[];
  waits: boolean;
} {
  const ids: Id[] = [];
  const taken = inboxes.map(() => 0);
  for (;;) {
    let next: { index: number; email: EmailRow } | null = null;
    for (const [index, { account, list }] of inboxes.entries()) {
      const at = taken[index] ?? 0;
      if (!list || list.total === null || at >= list.total) continue;
      const email = account.emails.get(list.ids[at] ?? '');
      if (!email && !list.fault) return { ids, taken, waits: true };
      if (email && (next === null || email.receivedAt > next.email.receivedAt)) next = { index, email };
    }
    if (next === null) return { ids, taken, waits: false };
    const { index, email } = next;
    taken[index] = (taken[index] ?? 0) + 1;
    ids.push(keyOf({ accountId: inboxes[index]?.account.id ?? '', id: email.id }));
  }
}

/** The accounts' mail under keys, made for those that are looked at. */
function mailOf(accounts: readonly AccountState[]): Mail {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const find = <T>(key: Id, read: (account: AccountState, id: Id) => T): T | undefined => {
    const { accountId, id } = placeOf(key);
    const account = byId.get(accountId);
    return account && read(account, id);
  };
  return {
    emails: {
      get: (key) =>
        find(key, (account, id) => {
          const email = account.emails.get(id);
          return email && keyed(account, email);
        }),
    },
    threads: {
      get: (key) =>
        find(key, (account, id) => {
          const thread = account.threads.get(id);
          return thread && { id: key, emailIds: thread.emailIds.map((one) => keyIn(account, one)) };
        }),
    },
    contents: { has: (key) => find(key, (account, id) => account.contents.has(id)) ?? false },
    refused: { has: (key) => find(key, (account, id) => account.refused.has(id)) ?? false },
  };
}

const keyIn = ({ id: accountId }: AccountState, id: Id) => keyOf({ accountId, id });

/** Emails are never mutated: whoever compares rows must get the same one again. */
const keyedRows = new WeakMap<EmailRow, EmailRow>();

function keyed(account: AccountState, email: EmailRow): EmailRow {
  const known = keyedRows.get(email);
  if (known) return known;
  const inbox = roleMailbox(account, 'inbox')?.id;
  const row: EmailRow = {
    ...email,
    id: keyIn(account, email.id),
    threadId: keyIn(account, email.threadId),
    mailboxIds: inbox !== undefined && email.mailboxIds[inbox] ? { [ALL_INBOXES]: true } : {},
  };
  keyedRows.set(email, row);
  return row;
}
