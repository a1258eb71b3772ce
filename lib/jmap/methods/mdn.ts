import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import { rawBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import type { Context } from '@/lib/jmap/context';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, MethodError, refuse, toSetError } from '@/lib/jmap/method-error';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, orNull } from '@/lib/jmap/set';
import { isOwn } from '@/lib/jmap/submission/sender';
import {
  type EmailAddress,
  type Id,
  type Identity,
  type JsonObject,
  MDN,
  type SetError,
} from '@/lib/jmap/types';
import { asAddresses, parseHeaderBlock } from '@/lib/mime/header';
import { composeMdn, isMdnField, parseMdn } from '@/lib/mime/mdn';
import type { EmailHeaders } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import { parseBlobs } from './parse-blobs';

/** What is answered with one mail each; a sender who names more wants something else than a receipt. */
const MAX_ASKERS = 10;
/** A larger original is not sent back. */
const MAX_ORIGINAL = 10_000_000;

/** They stand in header fields: one line of ASCII (security.md S17). */
const line = z
  .string()
  .max(500)
  .regex(/^[\x20-\x7e]*$/, 'not one line of ASCII')
  .nullable()
  .default(null);
const mdnShape = z.strictObject({
  forEmailId: schema.id,
  subject: z
    .string()
    .max(1000)
    .regex(/^\P{Cc}*$/u, 'control characters')
    .nullable()
    .default(null),
  textBody: z.string().max(100_000).nullable().default(null),
  includeOriginalMessage: z.boolean().default(false),
  reportingUA: line,
  disposition: z.strictObject({
    actionMode: z.enum(['manual-action', 'automatic-action']),
    sendingMode: z.enum(['mdn-sent-manually', 'mdn-sent-automatically']),
    type: z.enum(['deleted', 'dispatched', 'displayed', 'processed']),
  }),
  finalRecipient: line,
  extensionFields: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,76}$/),
      z
        .string()
        .max(500)
        .regex(/^[\x20-\x7e]*$/),
    )
    .refine((fields) => Object.keys(fields).length <= 20, 'too many')
    // A second recipient or disposition would say what the first was checked for.
    .refine((fields) => !Object.keys(fields).some(isMdnField), 'a field of its own')
    .nullable()
    .default(null),
});
type WantedMdn = z.infer<typeof mdnShape>;

const sendArgs = z.strictObject({
  accountId: schema.id,
  identityId: schema.id,
  send: z.record(schema.id, schema.jsonObject),
  onSuccessUpdateEmail: z.record(schema.id, schema.jsonObject).nullable().default(null),
});
const parseArgs = z.strictObject({ accountId: schema.id, blobIds: z.array(schema.id) });

/** RFC 9007. A receipt goes out when a client asks for it, never by itself (security.md S10). */
export const mdn: Methods = {
  'MDN/send': method(MDN, sendArgs, async (args, context) => {
    checkSetSize({ ...args, ifInState: null, create: args.send, update: null, destroy: null });
    const account = await context.account(args.accountId);
    const own = await context.runtime.identities.list(account.record);
    const identity = own.find(({ id }) => id === context.resolve(args.identityId));
    if (!identity) throw new MethodError('invalidArguments', 'There is no such identity');
    const sent: Record<Id, JsonObject> = {};
    const notSent: Record<Id, SetError> = {};
    const update: Record<Id, JsonObject> = {};
    for (const [creationId, object] of Object.entries(args.send)) {
      try {
        const wanted = checkedObject(mdnShape, object);
        const emailId = context.resolve(wanted.forEmailId);
        sent[creationId] = await send(account, identity, { ...wanted, forEmailId: emailId }, context);
        const patch = args.onSuccessUpdateEmail?.[`#${creationId}`];
        if (patch) update[emailId] = patch;
      } catch (error) {
        notSent[creationId] = asSetError(error);
      }
    }
    if (Object.keys(update).length > 0) context.alsoCall('Email/set', { accountId: account.id, update });
    return { accountId: account.id, sent: orNull(sent), notSent: orNull(notSent) };
  }),

  'MDN/parse': method(MDN, parseArgs, async ({ accountId, blobIds }, context) => {
    const account = await context.account(accountId);
    return parseBlobs(account, blobIds, context, async (raw) => {
      const found = parseMdn(raw, await walkOrWhole(raw));
      return found && { forEmailId: null, ...found, disposition: { ...found.disposition } };
    });
  }),
};

/** @returns what the server has set */
async function send(
  account: Account,
  identity: Identity,
  wanted: WantedMdn,
  context: Context,
): Promise<JsonObject> {
  const [row] = await account.emails([wanted.forEmailId], ['headers']);
  if (!row) throw refuse('notFound', 'There is no such Email');
  if (row.keywords.includes('$mdnsent')) throw refuse('mdnAlreadySent', 'This was answered already');
  const { to, originalRecipient } = await askedBy(account, row.id);
  if (to.length === 0) throw refuse('notFound', 'The Email asks for no receipt');
  const messageId = row.headers?.messageId?.[0];
  const reader = readerOf(identity, wanted.finalRecipient, row.headers);
  const told = {
    finalRecipient: wanted.finalRecipient ?? `rfc822; ${reader}`,
    originalRecipient,
    originalMessageId: messageId === undefined ? null : `<${messageId}>`,
  };
  const blobs = new Blobs(account, context.runtime.uploads);
  const raw = await composeMdn({
    ...wanted,
    ...told,
    mdnGateway: null,
    error: null,
    from: { name: identity.name || null, email: reader },
    to,
    subject: wanted.subject ?? `Read: ${row.headers?.subject ?? ''}`.trim(),
    textBody: wanted.textBody ?? '',
    original: wanted.includeOriginalMessage ? await blobs.read(rawBlobId(row.id), MAX_ORIGINAL) : null,
  });
  await context.runtime.outbox.queue({
    accountId: account.id,
    identityId: identity.id,
    emailId: row.id,
    threadId: row.threadId,
    envelope: {
      // RFC 8098 §3: nothing answers a receipt.
      mailFrom: { email: '', parameters: null },
      rcptTo: to.map(({ email }) => ({ email, parameters: null })),
    },
    raw,
    sendAt: Date.now(),
    unfiled: true,
  });
  return told;
}

/** RFC 8098 §2.1, §2.3. */
async function askedBy(
  account: Account,
  emailId: Id,
): Promise<{ to: EmailAddress[]; originalRecipient: string | null }> {
  const fields = parseHeaderBlock(await account.readHeader(emailId));
  const fieldOf = (name: string) => fields.find((field) => field.name.toLowerCase() === name)?.value.trim();
  const asking = fieldOf('disposition-notification-to');
  const original = fieldOf('original-recipient') ?? '';
  return {
    to: (asking === undefined ? [] : (asAddresses(asking) ?? [])).slice(0, MAX_ASKERS),
    originalRecipient: /^[\x21-\x7e][\x20-\x7e]{0,500}$/.test(original) ? original : null,
  };
}

/** RFC 9007 §5: nobody says that somebody else has read a mail. Of an identity for a whole domain, who it was written to. */
function readerOf(identity: Identity, recipient: string | null, headers: EmailHeaders | null): string {
  const isAnybody = identity.email.startsWith('*@');
  if (recipient === null && !isAnybody) return identity.email;
  const written = [headers?.to, headers?.cc].flatMap((list) => list ?? []).map(({ email }) => email);
  const candidates = recipient === null ? written : [recipient.replace(/^[a-z0-9-]+\s*;\s*/i, '').trim()];
  const reader = candidates.find((address) => isOwn(address, [identity]));
  if (reader === undefined)
    throw invalidProperties(['finalRecipient'], 'This is not the address of the identity');
  return isAnybody ? reader : identity.email;
}

/** A second click finds the first one in the Outbox. */
function asSetError(error: unknown): SetError {
  const setError = toSetError(error);
  if (setError.type !== 'alreadyExists') return setError;
  return { type: 'mdnAlreadySent', description: 'This was answered already' };
}
