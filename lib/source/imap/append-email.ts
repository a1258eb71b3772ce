/** A new message into a mailbox. After a lost connection the Message-ID tells whether it arrived (security.md R17). */
import { ConnectionError, MailError, ProtocolError, RequestError } from '@/lib/errors';
import { type Appended, append, appendStreamed } from '@/lib/imap/append';
import { copyMessages } from '@/lib/imap/change';
import { searchText, uidSearch } from '@/lib/imap/search';
import { selectWith } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { atom, quoted } from '@/lib/imap/tokens';
import { emailIdOfLocation } from '@/lib/index/ids';
import type { NewEmail } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { emailHeaders } from '@/lib/mime/header';
import { MAX_HEADER } from '@/lib/mime/limits';
import type { EmailAppend, StoredAppend } from '@/lib/source/source';
import { isNatural } from './aliases';
import { findArrivals } from './arrivals';
import { type ImapContext, type LaneName, type WiredMailbox, wiredMailbox } from './context';
import { firstValidities } from './effects';
import { flagOf } from './keywords';
import { selectFor } from './locate';
import { refreshMailbox } from './refresh-mailbox';
import { readEmails } from './rows';

/** A message, and how it goes to the server. */
interface Outgoing extends Omit<EmailAppend, 'raw'> {
  header: Buffer;
  lane: LaneName;
  send(session: ImapSession, path: string, flags: string[]): Promise<Appended | null>;
}

export function appendEmail(context: ImapContext, email: EmailAppend): Promise<Id> {
  const { raw, receivedAt } = email;
  return place(context, {
    ...{ ...email, header: headerBlock(raw), lane: 'interactive' },
    send: (session, path, flags) => append(session, path, raw, flags, receivedAt),
  });
}

/** Beside what a person waits for: it may take minutes. */
export async function appendStored(context: ImapContext, email: StoredAppend): Promise<Id> {
  const { message, receivedAt } = email;
  const beginning = await (await message.open({ offset: 0, length: MAX_HEADER })).toArray();
  return place(context, {
    ...{ ...email, header: headerBlock(Buffer.concat(beginning)), lane: 'bulk' },
    send: (session, path, flags) => appendStreamed(session, path, message, flags, receivedAt),
  });
}

async function place(context: ImapContext, email: Outgoing): Promise<Id> {
  const [firstId, ...otherIds] = email.mailboxIds;
  if (!firstId) throw new RequestError('invalidProperties', 'an email is in at least one mailbox');
  const target = await wiredMailbox(context, firstId);
  const others = await Promise.all(otherIds.map((id) => wiredMailbox(context, id)));
  const stored = await store(context, email, target);
  context.own.mark(target.id, [stored.location.uid ?? 0]);
  const validities = await firstValidities(context, [stored.location]);
  await context.index.write(async (writer) => {
    for (const [id, uidValidity] of validities) await writer.setWire(id, { uidValidity });
    await writer.addEmails([stored]);
  });
  for (const other of others) await copyTo(context, stored, target, other);
  return stored.id;
}

async function store(context: ImapContext, email: Outgoing, target: WiredMailbox): Promise<NewEmail> {
  const flags = email.keywords.map(flagOf);
  const messageId = emailHeaders(email.header).messageId?.[0] ?? null;
  const known = await highestKnown(context, target);
  let appended: Appended | null = null;
  try {
    appended = await context.pool[email.lane]((session) => email.send(session, target.wire.path, flags), {
      retry: false,
    });
  } catch (error) {
    // Perhaps it is there, also when the answer made no sense: then it must not be stored twice.
    if (!isUnanswered(error) || !messageId) throw error;
    const found = await context.pool.interactive((session) =>
      find(context, session, { target, known }, null, messageId),
    );
    if (!found) throw error;
    return found;
  }
  const found = await context.pool.interactive((session) =>
    find(context, session, { target, known }, appended, messageId),
  );
  if (!found) throw new MailError('commandFailed', 'the server took the message and does not show it');
  return found;
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof ProtocolError;
}

/** The highest UID that the index has; each copy that is saved of a draft has the Message-ID of the one before. */
async function highestKnown({ index }: ImapContext, { id, wire }: WiredMailbox): Promise<number> {
  const above = await index.mailboxLocations(id, wire.uidNext, Number.MAX_SAFE_INTEGER);
  return above.at(-1)?.uid ?? wire.uidNext - 1;
}

/** The message that was just stored: by its UID, else the newest with its Message-ID, else the newest of all. */
async function find(
  context: ImapContext,
  session: ImapSession,
  { target, known }: { target: WiredMailbox; known: number },
  appended: Appended | null,
  messageId: string | null,
): Promise<NewEmail | null> {
  const selected = await selectWith(session, target.wire.path, appended?.uid ?? Number.POSITIVE_INFINITY);
  let uid = appended?.uidValidity === selected.uidValidity ? appended.uid : undefined;
  if (uid === undefined && messageId) {
    const key = searchText(messageId);
    const found = await uidSearch(session, [atom('HEADER'), quoted('Message-ID'), key]);
    uid = found.filter((one) => one > known || selected.uidValidity !== target.wire.uidValidity).at(-1);
    if (uid === undefined) return null;
  }
  const range = uid
    ? { set: String(uid), bySequence: false }
    : { set: String(selected.exists), bySequence: true };
  return (await readEmails(context, session, selected, target.id, range))[0] ?? null;
}

async function copyTo(
  context: ImapContext,
  stored: NewEmail,
  from: WiredMailbox,
  to: WiredMailbox,
): Promise<void> {
  const copy = await context.pool.interactive((session) => copied(context, session, stored, from, to), {
    retry: false,
  });
  if (!copy) return refreshMailbox(context, to.id, 50);
  const { uidValidity, uid } = copy;
  context.own.mark(to.id, [uid]);
  const location = { ...stored.location, mailboxId: to.id, uidValidity, uid };
  if (isNatural(stored.id)) {
    await context.aliases.set([[emailIdOfLocation(to.id, uidValidity, uid), stored.id]]);
  }
  await context.index.write((writer) => writer.addLocation(stored.id, location));
}

/** Where the copy is: as the server says, else it is looked for among the newest; null: one of them, and none can be told. */
async function copied(
  context: ImapContext,
  session: ImapSession,
  { id, location, headers, size }: NewEmail,
  from: WiredMailbox,
  to: WiredMailbox,
): Promise<{ uidValidity: number; uid: number } | null> {
  const uid = location.uid ?? 0;
  await selectFor(session, from.wire.path, [{ uid, uidValidity: location.uidValidity }]);
  const answer = await copyMessages(session, String(uid), to.wire.path);
  const said = answer?.uids.get(uid);
  if (answer && said) return { uidValidity: answer.uidValidity, uid: said };
  const known = new Map([[id, { headers, size }]]);
  const { uidValidity, uids } = await findArrivals(context, session, [{ emailId: id }], to, known);
  const found = uids.get(id);
  return found === undefined ? null : { uidValidity, uid: found };
}

function headerBlock(raw: Buffer): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  return raw.subarray(0, Math.min(end < 0 ? raw.length : end + 4, MAX_HEADER));
}
