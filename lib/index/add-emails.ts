/** Messages seen for the first time: written straight into every table, some hundred at a time. */
import { insertRows, type Value } from '@/lib/db/insert-rows';
import type { Id } from '@/lib/jmap/types';
import { addLocations, type PlacedLocation, placeLocations } from './add-locations';
import { rememberAddresses } from './addresses';
import type { Batch } from './batch';
import { isOneOf } from './bulk';
import { groupBy, slices } from './collect';
import { fillDetails } from './details';
import { indexBodies, indexHeaders } from './full-text';
import { hasAttachment } from './has-attachment';
import { newKeys } from './keys';
import { type Keywords, mergeKeywords } from './keywords';
import { applyMemberships, type MembershipChange } from './memberships';
import { sortKeys, storable } from './sort-keys';
import { threadIdOf } from './thread-id';
import { threadKeys } from './threads';
import type { NewEmail } from './types';

/** One statement's worth: the event loop turns between them. */
const SLICE = 256;

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

/** A message that was never seen, with what follows from it and from its visible copies. */
interface Arrival {
  email: NewEmail;
  threadId: Id;
  places: PlacedLocation[];
  keywords: Keywords;
}

interface Stored extends Arrival {
  key: number;
  thread: number;
}

async function insertFresh(
  batch: Batch,
  emails: NewEmail[],
  placed: PlacedLocation[],
): Promise<Map<Id, number>> {
  if (emails.length === 0) return new Map();
  const visible = groupBy(
    placed.filter(({ hidden }) => !hidden),
    ({ id }) => id,
  );
  const arrivals = emails.map((email): Arrival => {
    const places = visible.get(email.id) ?? [];
    const threadId = email.threadId ?? threadIdOf(email.id, email.headers);
    return { email, threadId, places, keywords: mergeKeywords(places) };
  });
  const stored = await insertEmails(batch, arrivals);
  await insertDetails(batch, stored);
  await applyMemberships(batch, stored.flatMap(entering));
  await remember(batch, stored);
  return new Map(stored.map(({ email, key }) => [email.id, key]));
}

const COLUMNS = [
  ...['key', 'account', 'id', 'thread', 'received_at', 'size'],
  ...['sent_at', 'subject_key', 'from_key', 'to_key'],
  ...['has_attachment', 'flags', 'keywords'],
  'created_at',
];

async function insertEmails(batch: Batch, arrivals: Arrival[]): Promise<Stored[]> {
  const wanted = arrivals.map(({ threadId, places }) => ({ id: threadId, visible: places.length > 0 }));
  const threads = await threadKeys(batch, wanted);
  const made = await newKeys(batch, 'email', arrivals.length);
  const stored = arrivals.map(
    (arrival, index): Stored => ({
      ...arrival,
      key: made[index] ?? 0,
      thread: threads.get(arrival.threadId) ?? 0,
    }),
  );
  await insertRows(
    batch.db,
    'email',
    COLUMNS,
    stored.map((row) => emailRow(batch, row)),
  );
  return stored;
}

function emailRow(batch: Batch, { email, key, thread, places, keywords }: Stored): Value[] {
  const keys = sortKeys(email.headers);
  return [
    ...[key, batch.account, email.id, thread, email.receivedAt, email.size],
    ...[keys.sent_at, keys.subject_key, keys.from_key, keys.to_key],
    ...[email.structure && hasAttachment(email.structure) ? 1 : 0, keywords.flags, keywords.keywords],
    places.length > 0 ? batch.next('Email') : null,
  ];
}

function entering({ email, key, thread, places, keywords }: Stored): MembershipChange[] {
  const mailboxes = new Set(places.map(({ mailbox }) => mailbox));
  return [...mailboxes].map((mailbox) => ({
    email: key,
    mailbox,
    thread,
    receivedAt: email.receivedAt,
    before: null,
    after: keywords.flags,
  }));
}

async function insertDetails(batch: Batch, stored: Stored[]): Promise<void> {
  await insertRows(
    batch.db,
    'email_detail',
    ['email', 'headers', 'structure', 'preview', 'has_text'],
    stored.map(({ key, email: { headers, structure, preview, text } }) => [
      key,
      headers && JSON.stringify(headers),
      structure && JSON.stringify(structure),
      preview === null ? null : storable(preview),
      text === null ? 0 : 1,
    ]),
  );
  const withHeaders = stored.flatMap(({ key, email: { headers } }) =>
    headers ? [{ email: key, headers }] : [],
  );
  await indexHeaders(batch, withHeaders, true);
  const withText = stored.flatMap(({ key, email: { text, preview } }) => {
    const body = text ?? preview;
    return body ? [{ email: key, text: body }] : [];
  });
  await indexBodies(batch, withText, true);
}

async function remember(batch: Batch, stored: Stored[]): Promise<void> {
  const sent = await batch.sentMailbox();
  await rememberAddresses(
    batch,
    stored.flatMap(({ email: { headers, receivedAt }, places }) =>
      headers ? [{ headers, receivedAt, sent: places.some(({ mailbox }) => mailbox === sent) }] : [],
    ),
  );
}
