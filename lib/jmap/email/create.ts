/** Email/set create: from the properties of an Email to what is appended (RFC 8621 §4.6); all refusals come before any byte. */
import type { Blobs } from '@/lib/account/blobs';
import type { Context } from '@/lib/jmap/context';
import { invalidProperties } from '@/lib/jmap/method-error';
import { utcDate } from '@/lib/jmap/schema';
import type { JsonObject, JsonValue } from '@/lib/jmap/types';
import { composeEmail } from '@/lib/mime/compose';
import type { EmailAppend } from '@/lib/source/source';
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

export async function composeCreated(email: JsonObject, into: CreateInto): Promise<EmailAppend> {
  const unknown = Object.keys(email).filter((name) => !SETTABLE.has(name) && !name.startsWith('header:'));
  if (unknown.length > 0) throw invalidProperties(unknown, 'These properties cannot be set');
  const metadata = appendMetadata(email, into.rights, into.context);
  const parts = withRootHeaders(email, await createBody(email, into));
  return { ...metadata, raw: await composeEmail({ ...parts, hostname: into.hostname }) };
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
