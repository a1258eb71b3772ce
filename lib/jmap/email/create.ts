/** Email/set create: from the properties of an Email to what is appended (RFC 8621 §4.6); all refusals come before any byte. */
import type { Blobs } from '@/lib/account/blobs';
import { tooLarge } from '@/lib/account/read-at-most';
import type { Context } from '@/lib/jmap/context';
import { LIMITS } from '@/lib/jmap/limits';
import { invalidProperties } from '@/lib/jmap/method-error';
import { utcDate } from '@/lib/jmap/schema';
import type { JsonObject, JsonValue } from '@/lib/jmap/types';
import { composeEmail } from '@/lib/mime/compose';
import { MAX_COMPOSED } from '@/lib/mime/limits';
import { type EmailAppend, MAX_HELD } from '@/lib/source/source';
import { createBody } from './create-body';
import { withRootHeaders } from './create-headers';
import { checkMayAdd, type RightsOver } from './rights';
import { checkKeywords, checkMailboxIds } from './update';

const SETTABLE = new Set([
  'mailboxIds',
  'keywords',
  'receivedAt',
  'messageId',
  'inReplyTo',
  'references',
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'sentAt',
  'headers',
  'bodyStructure',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
]);

export interface CreateInto {
  blobs: Blobs;
  rights: RightsOver;
  /** Right side of a Message-ID that is made. */
  hostname: string;
  context: Context;
}

/** Texts of one request, each of whose bytes may need three. */
const MOST_TEXT = 3 * LIMITS.maxSizeRequest;

/** What is to be created, before any file of it is in memory. */
export interface Planned {
  /** Of its files. */
  bytes: number;
  compose(): Promise<EmailAppend>;
}

export async function planCreated(email: JsonObject, into: CreateInto): Promise<Planned> {
  const unknown = Object.keys(email).filter((name) => !SETTABLE.has(name) && !name.startsWith('header:'));
  if (unknown.length > 0) throw invalidProperties(unknown, 'These properties cannot be set');
  const metadata = appendMetadata(email, into.rights, into.context);
  const { body, bytes } = await createBody(email, into);
  if (bytes > MAX_HELD) throw tooLarge(MAX_HELD);
  const spec = { ...withRootHeaders(email, body), hostname: into.hostname };
  // base64 takes a third more; and a mail server may be wrong about a size, but not without end.
  const maxSize = Math.min(MAX_COMPOSED, 2 * bytes + MOST_TEXT);
  return { bytes, compose: async () => ({ ...metadata, raw: await composeEmail({ ...spec, maxSize }) }) };
}

/** What a create, a copy and an import have in common. */
export function appendMetadata(
  email: JsonObject,
  rights: RightsOver,
  context: Context,
): Omit<EmailAppend, 'raw'> {
  const mailboxIds = checkMailboxIds(email.mailboxIds, rights, context);
  checkMayAdd(mailboxIds, rights);
  return {
    mailboxIds,
    keywords: checkKeywords(email.keywords),
    receivedAt: receivedAtOf(email.receivedAt),
  };
}

function receivedAtOf(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return Date.now();
  const result = utcDate.safeParse(value);
  if (!result.success) throw invalidProperties(['receivedAt'], 'Not a UTCDate');
  return Date.parse(result.data);
}
