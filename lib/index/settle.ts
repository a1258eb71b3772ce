/**
 * What follows from changed locations, worked out once before the commit: keywords, mailboxes, counts, Threads and
 * counters. An Email that left one mailbox and came into another in the same write is one update, never a destruction.
 */

import type { Value } from '@/lib/db/insert-rows';
import type { Batch } from './batch';
import { isOneOf, updateRows } from './bulk';
import { groupBy, slices } from './collect';
import { removeTexts } from './full-text';
import { type Keywords, mergeKeywords } from './keywords';
import { applyMemberships, type MembershipChange, membershipsOf } from './memberships';
import { bury, type Destroyed } from './tombstones';

const SLICE = 500;

interface Email extends Keywords {
  key: number;
  id: string;
  thread: number;
  received_at: number;
  created_at: number | null;
}

interface Place extends Keywords {
  email: number;
  mailbox: number;
  hidden: number;
}

export async function settle(batch: Batch): Promise<void> {
  for (const slice of slices([...batch.dirtyEmails], SLICE)) await settleEmails(batch, slice);
  batch.dirtyEmails.clear();
  for (const slice of slices([...batch.dirtyThreads], SLICE)) await settleThreads(batch, slice);
  batch.dirtyThreads.clear();
}

async function settleEmails(batch: Batch, keys: number[]): Promise<void> {
  const emails = await batch.db
    .selectFrom('email')
    .select(['key', 'id', 'thread', 'received_at', 'flags', 'keywords', 'created_at'])
    .where(isOneOf(batch.dialect, 'key', keys))
    .execute();
  const locations: Place[] = await batch.db
    .selectFrom('location')
    .select(['email', 'mailbox', 'hidden', 'flags', 'keywords'])
    .where(isOneOf(batch.dialect, 'email', keys))
    .execute();
  const places = groupBy(locations, ({ email }) => email);
  const memberships = await membershipsOf(batch, keys);
  const changes: MembershipChange[] = [];
  const updates: Value[][] = [];
  const lost: Destroyed[] = [];
  const gone: number[] = [];
  for (const email of emails) {
    const all = places.get(email.key) ?? [];
    const visible = all.filter(({ hidden }) => hidden === 0);
    const after = mergeKeywords(visible);
    const moved = membershipChanges(email, memberships.get(email.key) ?? [], visible, after.flags);
    changes.push(...moved);
    if (all.length === 0) gone.push(email.key);
    if (visible.length === 0) {
      if (email.created_at !== null) {
        lost.push({ id: email.id, createdAt: email.created_at, thread: email.thread });
        updates.push([email.key, email.flags, email.keywords, null, null]);
      }
      batch.dirtyThreads.add(email.thread);
      continue;
    }
    const update = visibleUpdate(batch, email, after, moved.length > 0);
    if (update) updates.push(update);
  }
  await applyMemberships(batch, changes);
  await storeEmails(batch, updates);
  await bury(batch, 'Email', lost);
  await removeEmails(batch, gone);
}

/** null: nothing changed that a client sees. */
function visibleUpdate(batch: Batch, email: Email, after: Keywords, moved: boolean): Value[] | null {
  if (email.created_at === null) {
    batch.dirtyThreads.add(email.thread);
    return [email.key, after.flags, after.keywords, batch.next('Email'), null];
  }
  if (!moved && after.flags === email.flags && after.keywords === email.keywords) return null;
  return [email.key, after.flags, after.keywords, email.created_at, batch.next('Email')];
}

function membershipChanges(
  email: Email,
  before: { mailbox: number; flags: number }[],
  visible: Place[],
  flags: number,
): MembershipChange[] {
  const old = new Map(before.map((row) => [row.mailbox, row.flags]));
  const now = new Set(visible.map(({ mailbox }) => mailbox));
  const change = (mailbox: number, from: number | null, to: number | null): MembershipChange => ({
    email: email.key,
    mailbox,
    thread: email.thread,
    receivedAt: email.received_at,
    before: from,
    after: to,
  });
  const entered = [...now].filter((mailbox) => old.get(mailbox) !== flags);
  const left = [...old].filter(([mailbox]) => !now.has(mailbox));
  return [
    ...entered.map((mailbox) => change(mailbox, old.get(mailbox) ?? null, flags)),
    ...left.map(([mailbox, from]) => change(mailbox, from, null)),
  ];
}

async function storeEmails(batch: Batch, rows: Value[][]): Promise<void> {
  const columns = { flags: 'bigint', keywords: 'text', created_at: 'bigint', updated_at: 'bigint' } as const;
  await updateRows(batch, 'email', 'key', columns, rows);
}

async function removeEmails(batch: Batch, keys: number[]): Promise<void> {
  if (keys.length === 0) return;
  await batch.db
    .deleteFrom('email')
    .where(isOneOf(batch.dialect, 'key', keys))
    .execute();
  await batch.db
    .deleteFrom('email_detail')
    .where(isOneOf(batch.dialect, 'email', keys))
    .execute();
  await removeTexts(batch, keys);
}

async function settleThreads(batch: Batch, keys: number[]): Promise<void> {
  const threads = await batch.db
    .selectFrom('thread')
    .select(['key', 'id', 'created_at'])
    .where(isOneOf(batch.dialect, 'key', keys))
    .execute();
  const counted = await batch.db
    .selectFrom('email')
    .select(({ fn }) => [
      'thread',
      fn.countAll<number>().as('all'),
      fn.count<number>('created_at').as('visible'),
    ])
    .where(isOneOf(batch.dialect, 'thread', keys))
    .groupBy('thread')
    .execute();
  const counts = new Map(counted.map((row) => [row.thread, row]));
  const lost: Destroyed[] = [];
  const updates: Value[][] = [];
  const gone: number[] = [];
  for (const { key, id, created_at } of threads) {
    const { all, visible } = counts.get(key) ?? { all: 0, visible: 0 };
    if (all === 0) gone.push(key);
    if (visible > 0) {
      const createdAt = created_at ?? batch.next('Thread');
      updates.push([key, createdAt, created_at === null ? null : batch.next('Thread')]);
    } else if (created_at !== null) {
      lost.push({ id, createdAt: created_at, thread: null });
      updates.push([key, null, null]);
    }
  }
  await updateRows(batch, 'thread', 'key', { created_at: 'bigint', updated_at: 'bigint' }, updates);
  await bury(batch, 'Thread', lost);
  if (gone.length > 0) {
    await batch.db
      .deleteFrom('thread')
      .where(isOneOf(batch.dialect, 'key', gone))
      .execute();
  }
}
