/** A change to emails as a pure value: applied on screen at once, sent as Email/set, inverted by undo. */

import { afterLocalChange } from '@/lib/client/lists';
import { type AccountState, type EmailList, type EmailRow, without } from '@/lib/client/state';
import type { Id, JsonObject, Mailbox } from '@/lib/jmap/types';

/** Differences only, so that another program's changes to the same email survive (RFC 8620 §5.3, PatchObject). */
export interface EmailPatch {
  keywords?: Readonly<Record<string, boolean>>;
  mailboxIds?: Readonly<Record<Id, boolean>>;
}

export interface Change {
  id: number;
  patches: Readonly<Record<Id, EmailPatch>>;
  destroy: readonly Id[];
}

let lastId = 0;

export function change(patches: Readonly<Record<Id, EmailPatch>>, destroy: readonly Id[] = []): Change {
  lastId += 1;
  return { id: lastId, patches, destroy };
}

/**
 * For ever, out of one mailbox: an email that is in another one too (a copy, a label) only leaves this one, and one that is
 * not in it any more stays. Email/set destroy would take it out of all (RFC 8621 §4.6).
 */
export function removal(
  emails: ReadonlyMap<Id, Pick<EmailRow, 'mailboxIds'>>,
  ids: readonly Id[],
  from?: Id,
): Change {
  const patches: Record<Id, EmailPatch> = {};
  const destroy: Id[] = [];
  for (const id of ids) {
    const held = emails.get(id)?.mailboxIds;
    if (from === undefined || !held) destroy.push(id);
    else if (held[from] && Object.keys(held).length === 1) destroy.push(id);
    else if (held[from]) patches[id] = { mailboxIds: { [from]: false } };
  }
  return change(patches, destroy);
}

export function touched(change: Change): Id[] {
  return [...Object.keys(change.patches), ...change.destroy];
}

/** The change as several of at most `most` emails each. */
export function inParts(of: Change, most: number): Change[] {
  const ids = touched(of);
  if (ids.length <= most) return [of];
  const parts: Change[] = [];
  for (let from = 0; from < ids.length; from += most) {
    const some = new Set(ids.slice(from, from + most));
    const patches = Object.fromEntries(Object.entries(of.patches).filter(([id]) => some.has(id)));
    parts.push(
      change(
        patches,
        of.destroy.filter((id) => some.has(id)),
      ),
    );
  }
  return parts;
}

export function isEmpty(change: Change): boolean {
  return touched(change).length === 0;
}

/** Email/set arguments; `true` sets, `null` removes. */
export function toSetArguments(change: Change): JsonObject {
  const update: JsonObject = {};
  for (const [id, patch] of Object.entries(change.patches)) update[id] = toPatchObject(patch);
  return { update, ...(change.destroy.length > 0 && { destroy: [...change.destroy] }) };
}

function toPatchObject(patch: EmailPatch): JsonObject {
  const object: JsonObject = {};
  for (const [keyword, on] of Object.entries(patch.keywords ?? {}))
    object[`keywords/${pointer(keyword)}`] = on ? true : null;
  for (const [id, on] of Object.entries(patch.mailboxIds ?? {}))
    object[`mailboxIds/${pointer(id)}`] = on ? true : null;
  return object;
}

/** RFC 6901 §3. */
const pointer = (token: string) => token.replaceAll('~', '~0').replaceAll('/', '~1');

export function applyPatch(email: EmailRow, patch: EmailPatch): EmailRow {
  return {
    ...email,
    keywords: flip(email.keywords, patch.keywords),
    mailboxIds: flip(email.mailboxIds, patch.mailboxIds),
  };
}

function flip(
  set: Record<string, true>,
  by: Readonly<Record<string, boolean>> | undefined,
): Record<string, true> {
  if (!by) return set;
  const next = { ...set };
  for (const [key, on] of Object.entries(by)) {
    if (on) next[key] = true;
    else delete next[key];
  }
  return next;
}

/** What puts the emails back as they are in `emails` now. What is destroyed cannot come back. */
export function inverse(of: Change, emails: ReadonlyMap<Id, EmailRow>): Change {
  const patches: Record<Id, EmailPatch> = {};
  for (const [id, patch] of Object.entries(of.patches)) {
    const email = emails.get(id);
    if (!email) continue;
    patches[id] = {
      ...(patch.keywords && { keywords: before(email.keywords, patch.keywords) }),
      ...(patch.mailboxIds && { mailboxIds: before(email.mailboxIds, patch.mailboxIds) }),
    };
  }
  return change(patches);
}

function before(set: Record<string, true>, by: Readonly<Record<string, boolean>>): Record<string, boolean> {
  const back: Record<string, boolean> = {};
  for (const [key, on] of Object.entries(by)) if (Boolean(set[key]) !== on) back[key] = !on;
  return back;
}

export function applyChange(account: AccountState, by: Change): AccountState {
  const emails = new Map(account.emails);
  const counts = new Map<Id, { total: number; unread: number }>();
  const known = touched(by).filter((id) => emails.has(id));
  for (const id of known) {
    const email = emails.get(id);
    const patch = by.patches[id];
    if (!email) continue;
    count(counts, email, -1);
    if (patch) {
      const next = applyPatch(email, patch);
      count(counts, next, +1);
      emails.set(id, next);
    } else emails.delete(id);
  }
  const next = { ...account, emails, mailboxes: recount(account.mailboxes, counts) };
  return { ...next, lists: mapLists(account, (list) => afterLocalChange(list, account, next, known)) };
}

/** The change was accepted: what it did is now the server's knowledge too. */
export function settle(account: AccountState, done: Change): AccountState {
  const next = applyChange(account, done);
  return { ...dropPending(next, done.id), contents: without(next.contents, done.destroy) };
}

export function dropPending(account: AccountState, id: number): AccountState {
  return { ...account, pending: account.pending.filter((change) => change.id !== id) };
}

/** The change as far as the server took it (RFC 8620 §5.3: each object succeeds or fails alone). */
export function withoutRefused(of: Change, refused: ReadonlySet<Id>): Change {
  const patches = Object.fromEntries(Object.entries(of.patches).filter(([id]) => !refused.has(id)));
  return { id: of.id, patches, destroy: of.destroy.filter((id) => !refused.has(id)) };
}

function mapLists(account: AccountState, each: (list: EmailList) => EmailList): AccountState['lists'] {
  const next = new Map<string, EmailList>();
  for (const [key, list] of account.lists) next.set(key, each(list));
  return next;
}

function count(counts: Map<Id, { total: number; unread: number }>, email: EmailRow, by: number): void {
  for (const id of Object.keys(email.mailboxIds)) {
    const entry = counts.get(id) ?? { total: 0, unread: 0 };
    entry.total += by;
    if (!email.keywords.$seen) entry.unread += by;
    counts.set(id, entry);
  }
}

function recount(
  mailboxes: ReadonlyMap<Id, Mailbox> | null,
  counts: ReadonlyMap<Id, { total: number; unread: number }>,
): ReadonlyMap<Id, Mailbox> | null {
  if (!mailboxes) return null;
  const next = new Map(mailboxes);
  for (const [id, { total, unread }] of counts) {
    const mailbox = next.get(id);
    if (!mailbox || (total === 0 && unread === 0)) continue;
    next.set(id, {
      ...mailbox,
      totalEmails: Math.max(0, mailbox.totalEmails + total),
      unreadEmails: Math.max(0, mailbox.unreadEmails + unread),
    });
  }
  return next;
}
