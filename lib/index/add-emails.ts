/** Messages seen for the first time: written straight into every table, 500 at a time. */
import type { Id } from '@/lib/jmap/types';
import { addLocations, type PlacedLocation, placeLocations } from './add-locations';
import { rememberAddresses } from './addresses';
import type { Batch } from './batch';
import { insertRows, isOneOf, type Value } from './bulk';
import { groupBy, slices } from './collect';
import { fillDetails } from './details';
import { indexBodies, indexHeaders } from './full-text';
import { mergeKeywords } from './keywords';
import { applyMemberships } from './memberships';
import { hasAttachment, sortKeys, storable } from './sort-keys';
import { threadIdOf } from './thread-id';
import { threadKeys } from './threads';
import type { NewEmail } from './types';

/** One statement's worth: the event loop turns between them. */
const SLICE = 250;

export async function addEmails(batch: Batch, emails: NewEmail[]): Promise<void> {
  for (const slice of slices(emails, SLICE)) await addSlice(batch, slice);
}

async function addSlice(batch: Batch, emails: NewEmail[]): Promise<void> {
  const known = await knownEmails(batch, [...new Set(emails.map(({ id }) => id))]);
  const fresh = new Map<Id, NewEmail>();
  for (const email of emails) if (!known.has(email.id) && !fresh.has(email.id)) fresh.set(email.id, email);
  const placed = await placeLocations(
    batch,
    emails.map(({ id, location }) => ({ id, location })),
  );
  const keys = await insertFresh(batch, [...fresh.values()], placed);
  await addLocations(batch, placed, new Map([...known, ...keys]));
  for (const key of known.values()) batch.dirtyEmails.add(key);
  // The last message of a uid that was named twice took the place of the one before.
  const homed = new Set(placed.map(({ id }) => id));
  for (const [id, key] of keys) if (!homed.has(id)) batch.dirtyEmails.add(key);
  await fillDetails(
    batch,
    emails.filter(({ id }) => known.has(id)),
  );
}

async function knownEmails(batch: Batch, ids: Id[]): Promise<Map<Id, number>> {
  const rows = await batch.db
    .selectFrom('email')
    .select(['id', 'key'])
    .where('account', '=', batch.account)
    .where(isOneOf(batch.dialect, 'id', ids))
    .execute();
  return new Map(rows.map(({ id, key }) => [id, key]));
}

async function insertFresh(
  batch: Batch,
  emails: NewEmail[],
  placed: PlacedLocation[],
): Promise<Map<Id, number>> {
  if (emails.length === 0) return new Map();
  const places = groupBy(
    placed.filter(({ hidden }) => !hidden),
    ({ id }) => id,
  );
  const threads = await threadKeys(
    batch,
    emails.map((email) => ({ id: threadOf(email), visible: places.has(email.id) })),
  );
  const keywords = new Map(emails.map(({ id }) => [id, mergeKeywords(places.get(id) ?? [])]));
  const rows = emails.map((email): Value[] => {
    const keys = sortKeys(email.headers);
    const { flags, keywords: others } = keywords.get(email.id) ?? { flags: 0, keywords: '' };
    return [
      ...[batch.account, email.id, threads.get(threadOf(email)) ?? 0, email.receivedAt, email.size],
      ...[keys.sent_at, keys.subject_key, keys.from_key, keys.to_key],
      ...[hasAttachment(email.structure) ? 1 : 0, flags, others],
      places.has(email.id) ? batch.next('Email') : null,
    ];
  });
  const returned = await insertRows<{ id: Id; key: number }>(
    batch,
    'email',
    COLUMNS,
    rows,
    'returning id, key',
  );
  const keys = new Map(returned.map(({ id, key }) => [id, key]));
  const keyed = emails.map((email) => ({ ...email, key: keys.get(email.id) ?? 0 }));
  await insertDetails(batch, keyed);
  await applyMemberships(
    batch,
    keyed.flatMap(({ key, id, receivedAt, threadId, headers }) =>
      [...new Set((places.get(id) ?? []).map(({ mailbox }) => mailbox))].map((mailbox) => ({
        email: key,
        mailbox,
        thread: threads.get(threadOf({ id, threadId, headers })) ?? 0,
        receivedAt,
        before: null,
        after: keywords.get(id)?.flags ?? 0,
      })),
    ),
  );
  await remember(batch, emails, places);
  return keys;
}

const COLUMNS = [
  ...['account', 'id', 'thread', 'received_at', 'size'],
  ...['sent_at', 'subject_key', 'from_key', 'to_key'],
  ...['has_attachment', 'flags', 'keywords'],
  'created_at',
];

function threadOf({ id, threadId, headers }: Pick<NewEmail, 'id' | 'threadId' | 'headers'>): Id {
  return threadId ?? threadIdOf(id, headers);
}

async function insertDetails(batch: Batch, emails: (NewEmail & { key: number })[]): Promise<void> {
  await insertRows(
    batch,
    'email_detail',
    ['email', 'headers', 'structure', 'preview', 'has_text'],
    emails.map(({ key, headers, structure, preview, text }) => [
      key,
      headers && JSON.stringify(headers),
      structure && JSON.stringify(structure),
      preview === null ? null : storable(preview),
      text === null ? 0 : 1,
    ]),
  );
  const withHeaders = emails.flatMap(({ key, headers }) => (headers ? { email: key, headers } : []));
  await indexHeaders(batch, withHeaders, true);
  const withText = emails.flatMap(({ key, text, preview }) => {
    const body = text ?? preview;
    return body ? { email: key, text: body } : [];
  });
  await indexBodies(batch, withText, true);
}

async function remember(batch: Batch, emails: NewEmail[], places: Map<Id, PlacedLocation[]>): Promise<void> {
  const sent = await batch.sentMailbox();
  await rememberAddresses(
    batch,
    emails.flatMap(({ id, headers, receivedAt }) => {
      const isSent = places.get(id)?.some(({ mailbox }) => mailbox === sent) ?? false;
      return headers ? { headers, receivedAt, sent: isSent } : [];
    }),
  );
}
