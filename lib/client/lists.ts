/** Windows of Email/query results over lists of any length (RFC 8620 §5.5, §5.6), as pure functions. */

import type { JmapFault } from '@/lib/client/jmap';
import type { AccountState, EmailList, ListQuery } from '@/lib/client/state';
import type { EmailFilterCondition, Filter, Id, State } from '@/lib/jmap/types';

export const WINDOW = 50;
/** The most rows asked for at once. */
export const WINDOW_MAX = 200;

export interface Window {
  position: number;
  limit: number;
}

export function listKey(query: ListQuery): string {
  return JSON.stringify([query.filter, query.collapseThreads]);
}

export function emptyList(query: ListQuery): EmailList {
  return {
    ...query,
    key: listKey(query),
    ids: [],
    total: null,
    queryState: null,
    canCalculateChanges: false,
    gone: new Set(),
    partial: null,
    backTo: null,
    fault: null,
  };
}

export interface QueryAnswer {
  queryState: State;
  canCalculateChanges: boolean;
  position: number;
  ids: Id[];
  total?: number;
  'gatepost:partial'?: string | null;
  'gatepost:backTo'?: string | null;
}

/** Puts a window into the list. Another query state means that positions moved: only the new window is sure. */
export function withWindow(list: EmailList, answer: QueryAnswer): EmailList {
  const same = list.queryState === answer.queryState;
  const known = same ? list.ids : [];
  // Without a total the list ends where the answer does, or goes on as it was known.
  const total = answer.total ?? Math.max(known.length, answer.position + answer.ids.length);
  const ids: (Id | null)[] = resized(known, total);
  answer.ids.forEach((id, offset) => {
    ids[answer.position + offset] = id;
  });
  return {
    ...list,
    ids,
    total,
    queryState: answer.queryState,
    canCalculateChanges: answer.canCalculateChanges,
    gone: same ? list.gone : new Set(),
    partial: answer['gatepost:partial'] ?? null,
    backTo: answer['gatepost:backTo'] ?? null,
    fault: null,
  };
}

function resized(ids: readonly (Id | null)[], length: number): (Id | null)[] {
  const next = ids.slice(0, length);
  for (let index = next.length; index < length; index += 1) next.push(null);
  return next;
}

export interface QueryChangesAnswer {
  newQueryState: State;
  total?: number;
  removed: Id[];
  added: { id: Id; index: number }[];
}

/**
 * RFC 8620 §5.6: take out `removed`, put in `added` in order. A removed id that we do not know stood in a hole,
 * and which one cannot be told: then everything behind the first hole is asked for again when it comes into view.
 */
export function withQueryChanges(list: EmailList, answer: QueryChangesAnswer): EmailList {
  const leaving = new Set([...answer.removed, ...answer.added.map(({ id }) => id)]);
  const known = new Set(list.ids);
  const unknown = answer.removed.some((id) => !known.has(id) && !list.gone.has(id));
  const firstHole = list.ids.indexOf(null);
  const sure = unknown && firstHole >= 0 ? list.ids.slice(0, firstHole) : list.ids;
  const ids = merged(
    sure.filter((id) => id === null || !leaving.has(id)),
    answer.added,
  );
  const total = answer.total ?? ids.length;
  return { ...list, ids: resized(ids, total), total, queryState: answer.newQueryState, gone: new Set() };
}

/** One pass over both: splicing each into an array of 100,000 would take seconds. */
function merged(kept: readonly (Id | null)[], added: readonly { id: Id; index: number }[]): (Id | null)[] {
  const waiting = added.toSorted((a, b) => a.index - b.index);
  const next: (Id | null)[] = [];
  let from = 0;
  for (const { id, index } of waiting) {
    while (next.length < index && from < kept.length) next.push(kept[from++] ?? null);
    while (next.length < index) next.push(null);
    next.push(id);
  }
  for (; from < kept.length; from += 1) next.push(kept[from] ?? null);
  return next;
}

export function withFault(list: EmailList, fault: JmapFault | null): EmailList {
  return { ...list, fault };
}

/** Positions to ask for so that rows [from, to) are known, in whole windows; null when nothing is missing. */
export function missing(
  list: EmailList,
  from: number,
  to: number,
  known: (id: Id) => boolean,
): Window | null {
  if (list.total === null) return { position: 0, limit: WINDOW };
  const lacks = (index: number) => {
    const id = list.ids[index];
    return id === null || id === undefined || !known(id);
  };
  const end = Math.min(to, list.total);
  let first = Math.max(0, from);
  while (first < end && !lacks(first)) first += 1;
  if (first >= end) return null;
  let last = end;
  while (last > first && !lacks(last - 1)) last -= 1;
  const position = first - (first % WINDOW);
  return { position, limit: Math.min(Math.ceil((last - position) / WINDOW) * WINDOW, WINDOW_MAX) };
}

/** The mail server has not searched for all of it yet. */
export function isUnfinished({ partial, fault }: Pick<EmailList, 'partial' | 'fault'>): boolean {
  return fault === null && (partial === 'index' || partial === 'older');
}

/** The mail server may be asked for it, too. */
export function isTextSearch({ filter }: Pick<ListQuery, 'filter'>): boolean {
  return /"(text|body|from|to|cc|bcc|subject|header)":/.test(JSON.stringify(filter));
}

/** The mailbox that every row of the list is in, if the filter says so. */
export function mailboxOf(filter: Filter<EmailFilterCondition>): Id | null {
  if ('operator' in filter)
    return filter.operator === 'AND' ? (filter.conditions.map(mailboxOf).find(Boolean) ?? null) : null;
  return filter.inMailbox ?? null;
}

/**
 * Our own change, without asking: rows that left the mailbox go, rows that came back by undo return to their place.
 * Filters by keyword are left alone: a mail must not vanish from "unread" while it is being read.
 */
export function afterLocalChange(
  list: EmailList,
  before: AccountState,
  after: AccountState,
  changed: readonly Id[],
): EmailList {
  const suspects = new Set(changed.flatMap((id) => rowsOf(before, list, id)));
  const ids: (Id | null)[] = [];
  const leaving: Id[] = [];
  for (const id of list.ids) {
    const stays = id === null || !suspects.has(id) ? id : standIn(before, after, list, id);
    if (stays !== id && id !== null) leaving.push(id);
    if (stays !== null || id === null) ids.push(stays);
  }
  const lost = list.ids.length - ids.length;
  const total = list.total === null ? null : list.total - lost;
  const next =
    leaving.length === 0 ? list : { ...list, ids, total, gone: new Set([...list.gone, ...leaving]) };
  const mailboxId = mailboxOf(list.filter);
  if (mailboxId === null || next.total === null || !isPlain(list.filter)) return next;
  const arrivals = changed.filter((id) => after.emails.get(id)?.mailboxIds[mailboxId]);
  return arrivals.reduce((to, id) => returned(to, after, id), next);
}

/** In a list of conversations one email stands for all: those of its thread are concerned as well. */
function rowsOf(account: AccountState, list: EmailList, id: Id): Id[] {
  if (!list.collapseThreads) return [id];
  const threadId = account.emails.get(id)?.threadId;
  const thread = threadId === undefined ? undefined : account.threads.get(threadId);
  return thread ? [id, ...thread.emailIds.filter((other) => other !== id)] : [id];
}

/** The email that the row shows after the change: itself, else the newest of its thread that is still there, else none. */
function standIn(before: AccountState, after: AccountState, list: EmailList, id: Id): Id | null {
  const mailboxId = mailboxOf(list.filter);
  const present = (other: Id) => {
    const email = after.emails.get(other);
    return email !== undefined && (mailboxId === null || email.mailboxIds[mailboxId] === true);
  };
  if (present(id)) return id;
  const others = rowsOf(before, list, id).filter(present);
  const age = (other: Id) => after.emails.get(other)?.receivedAt ?? '';
  return others.toSorted((a, b) => age(b).localeCompare(age(a)))[0] ?? null;
}

const isPlain = (filter: Filter<EmailFilterCondition>) =>
  !('operator' in filter) && Object.keys(filter).length === 1;

/** By `receivedAt` descending, as every list of ours is; only among rows that are known. */
function returned(list: EmailList, account: AccountState, id: Id): EmailList {
  const email = account.emails.get(id);
  const rows = new Set(rowsOf(account, list, id));
  if (!email || list.ids.some((other) => other !== null && rows.has(other))) return list;
  const at = list.ids.findIndex(
    (other) => other === null || (account.emails.get(other)?.receivedAt ?? '') < email.receivedAt,
  );
  if (at >= 0 && list.ids[at] === null) return list;
  const ids = list.ids.toSpliced(at < 0 ? list.ids.length : at, 0, id);
  const gone = new Set(list.gone);
  gone.delete(id);
  return { ...list, ids, total: (list.total ?? 0) + 1, gone };
}
