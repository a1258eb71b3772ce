/**
 * Immutable details that were read later: headers, structure, preview, text. No change of state, with one exception: an
 * Email whose headers were unknown stood alone, and now moves to the Thread that its headers name.
 */
import { insertRows } from '@/lib/db/insert-rows';
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import { rememberAddresses } from './addresses';
import type { Batch } from './batch';
import { isOneOf, updateRows } from './bulk';
import { indexBodies, indexHeaders } from './full-text';
import { hasAttachment } from './has-attachment';
import { applyMemberships, membershipsOf } from './memberships';
import { type SortKeys, sortKeys, storable } from './sort-keys';
import { threadIdOf } from './thread-id';
import { threadKeys } from './threads';
import type { SearchText } from './types';

export interface Details {
  id: Id;
  headers?: EmailHeaders | null;
  structure?: MimePart | null;
  preview?: string | null;
  text?: SearchText | null;
  size?: number;
}

interface Known extends SortKeys {
  key: number;
  id: Id;
  thread: number;
  thread_id: Id;
  received_at: number;
  size: number;
  has_attachment: number;
  has_headers: number;
  has_body: number;
  has_text: number;
  created_at: number | null;
}

interface Filling {
  known: Known;
  details: Details;
}

export async function fillDetails(batch: Batch, all: Details[]): Promise<void> {
  if (all.length === 0) return;
  const merged = new Map<Id, Details>();
  for (const details of all) merged.set(details.id, { ...merged.get(details.id), ...given(details) });
  const rows = await knownRows(batch, [...merged.keys()]);
  const fillings = rows.flatMap((known) => {
    const details = merged.get(known.id);
    return details ? [{ known, details }] : [];
  });
  await storeDetails(batch, fillings);
  await storeColumns(batch, fillings);
  await storeTexts(batch, fillings);
  await rethread(batch, fillings);
}

function given(details: Details): Details {
  const present = Object.entries(details).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present) as unknown as Details;
}

function knownRows(batch: Batch, ids: Id[]): Promise<Known[]> {
  return batch.db
    .selectFrom('email')
    .innerJoin('thread', 'thread.key', 'email.thread')
    .leftJoin('email_detail', 'email_detail.email', 'email.key')
    .select(['email.key', 'email.id', 'email.thread', 'thread.id as thread_id', 'email.received_at'])
    .select(['email.size', 'email.has_attachment', 'email.created_at'])
    .select(['email.sent_at', 'email.subject_key', 'email.from_key', 'email.to_key'])
    .select(({ case: when }) => [
      when().when('email_detail.headers', 'is', null).then(0).else(1).end().as('has_headers'),
      when().when('email_detail.preview', 'is', null).then(0).else(1).end().as('has_body'),
    ])
    .select(({ fn, val }) => fn.coalesce('email_detail.has_text', val(0)).as('has_text'))
    .where('email.account', '=', batch.account)
    .where(isOneOf(batch.dialect, 'email.id', ids))
    .execute();
}

async function storeDetails(batch: Batch, fillings: Filling[]): Promise<void> {
  const columns = ['headers', 'structure', 'preview'];
  const set = columns.map((name) => `${name} = coalesce(excluded.${name}, email_detail.${name})`);
  await insertRows(
    batch.db,
    'email_detail',
    ['email', ...columns, 'has_text'],
    fillings.map(({ known, details: { headers, structure, preview, text } }) => [
      known.key,
      headers ? JSON.stringify(headers) : null,
      structure ? JSON.stringify(structure) : null,
      preview == null ? null : storable(preview),
      text == null ? known.has_text : 1,
    ]),
    `on conflict (email) do update set ${set.join(', ')}, has_text = excluded.has_text`,
  );
}

async function storeColumns(batch: Batch, fillings: Filling[]): Promise<void> {
  const changed = fillings.flatMap(({ known, details }) => {
    const after = {
      size: details.size ?? known.size,
      ...(details.headers ? sortKeys(details.headers) : pick(known)),
      has_attachment: details.structure ? Number(hasAttachment(details.structure)) : known.has_attachment,
    };
    const names = Object.keys(after) as (keyof typeof after)[];
    return names.some((name) => after[name] !== known[name]) ? [{ key: known.key, ...after }] : [];
  });
  if (changed.length === 0) return;
  batch.detailsChanged();
  const columns = {
    size: 'bigint',
    sent_at: 'bigint',
    subject_key: 'text',
    from_key: 'text',
    to_key: 'text',
    has_attachment: 'bigint',
  } as const;
  await updateRows(
    batch,
    'email',
    'key',
    columns,
    changed.map((row) => [
      ...[row.key, row.size, row.sent_at, row.subject_key, row.from_key, row.to_key],
      row.has_attachment,
    ]),
  );
}

function pick({ sent_at, subject_key, from_key, to_key }: Known): SortKeys {
  return { sent_at, subject_key, from_key, to_key };
}

async function storeTexts(batch: Batch, fillings: Filling[]): Promise<void> {
  const headers = fillings.flatMap(({ known, details }) =>
    details.headers ? [{ email: known.key, headers: details.headers, fresh: known.has_headers === 0 }] : [],
  );
  const bodies = fillings.flatMap(({ known, details }) => {
    // The preview is part of the text.
    const text = details.text ?? (known.has_text === 0 ? details.preview : null);
    return text ? [{ email: known.key, text, fresh: known.has_body + known.has_text === 0 }] : [];
  });
  for (const fresh of [true, false]) {
    await indexHeaders(
      batch,
      headers.filter((row) => row.fresh === fresh),
      fresh,
    );
    await indexBodies(
      batch,
      bodies.filter((row) => row.fresh === fresh),
      fresh,
    );
  }
  if (headers.length === 0) return;
  const sent = await batch.sentMailbox();
  const memberships = await membershipsOf(
    batch,
    headers.map(({ email }) => email),
  );
  const seen = fillings.flatMap(({ known, details }) => {
    if (!details.headers || known.has_headers > 0) return [];
    const isSent = memberships.get(known.key)?.some(({ mailbox }) => mailbox === sent) ?? false;
    return [{ headers: details.headers, receivedAt: known.received_at, sent: isSent }];
  });
  await rememberAddresses(batch, seen);
}

async function rethread(batch: Batch, fillings: Filling[]): Promise<void> {
  const moves = fillings.flatMap(({ known, details }) => {
    const alone = known.thread_id === threadIdOf(known.id, null);
    const threadId = details.headers && alone ? threadIdOf(known.id, details.headers) : known.thread_id;
    return threadId === known.thread_id ? [] : [{ known, threadId }];
  });
  if (moves.length === 0) return;
  const threads = await threadKeys(
    batch,
    moves.map(({ known, threadId }) => ({ id: threadId, visible: known.created_at !== null })),
  );
  const memberships = await membershipsOf(
    batch,
    moves.map(({ known }) => known.key),
  );
  const places = moves.flatMap(({ known, threadId }) =>
    (memberships.get(known.key) ?? []).map(({ mailbox, flags }) => ({
      place: { email: known.key, mailbox, receivedAt: known.received_at },
      flags,
      from: known.thread,
      to: threads.get(threadId) ?? 0,
    })),
  );
  await applyMemberships(
    batch,
    places.map(({ place, flags, from }) => ({ ...place, thread: from, before: flags, after: null })),
  );
  const columns = { thread: 'bigint', updated_at: 'bigint' } as const;
  await updateRows(
    batch,
    'email',
    'key',
    columns,
    moves.map(({ known, threadId }) => {
      batch.dirtyThreads.add(known.thread);
      return [known.key, threads.get(threadId) ?? 0, known.created_at === null ? null : batch.next('Email')];
    }),
  );
  await applyMemberships(
    batch,
    places.map(({ place, flags, to }) => ({ ...place, thread: to, before: null, after: flags })),
  );
}
