/**
 * After the server took a mail: it leaves Drafts for Sent, and what it answers or forwards is marked. May be asked again for
 * a day, so each step looks first whether it was done (security.md I6).
 */
import { CommandError } from '@/lib/errors';
import type { EmailRow } from '@/lib/index/types';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { log } from '@/lib/log';
import { asMessageIds, emailHeaders, parseHeaderBlock } from '@/lib/mime/header';
import { isResent, resentHeaders } from '@/lib/mime/resent';
import type { Source } from '@/lib/source/source';
import type { Account } from './account';

/** Servers that put a copy into Sent by themselves (gateway.md 2.10.7). */
const FILES_ITSELF = /(^|\.)(gmail|googlemail|office365|outlook|hotmail|mail\.me)\.com$/i;
/** Outlook.com and Office 365 give what they send a Message-ID of their own, and keep ours here (gateway.md pitfall 18). */
const OUTLOOK_MESSAGE_ID = 'X-Microsoft-Original-Message-ID';
const SEARCH_MS = 30_000;
/** Newest messages of Sent in which a server's own copy is looked for. */
const LOOKED_AT = 50;
/** How long after sending the server's own copy may still be under way. */
const COPY_AWAITED_MS = 10 * 60_000;

export interface Sent {
  emailId: Id;
  /** Where the sender wants it; null, or one that is gone: Sent. */
  mailboxId?: Id | null;
  raw: Buffer;
  /** Epoch ms. */
  sentAt: number;
}

export async function fileSent(account: Account, filed: Sent): Promise<Id> {
  const chosen = (await account.mailboxes()).find(({ id }) => id === filed.mailboxId);
  const sentId = chosen?.id ?? (await mailboxOfRole(account, 'sent', 'Sent'));
  const id = await account.write((source) => file(account, source, sentId, filed));
  if (isResent(filed.raw)) {
    // Its other fields tell of the one who wrote it.
    await mark(account, emailHeaders(filed.raw).messageId ?? [], '$forwarded', id);
    return id;
  }
  await rememberPeople(account, filed);
  await markOriginal(account, filed.raw);
  return id;
}

/** Whether the mail is anywhere but in Drafts: then it was sent, whatever was heard of it (design, decision 5). */
export async function isFound(account: Account, emailId: Id, raw: Buffer): Promise<boolean> {
  const resent = resentHeaders(raw);
  const messageId = (resent ?? emailHeaders(raw)).messageId?.[0];
  if (messageId === undefined) return false;
  const roles = new Map((await account.mailboxes()).map(({ id, role }) => [id, role]));
  for (const [id, role] of roles)
    if (role === 'sent' || role === 'inbox') await account.source.refreshMailbox(id, LOOKED_AT);
  for (const name of messageIdFields(resent !== null)) {
    const rows = await account.index.emails(await withMessageId(account.source, messageId, null, name));
    const isSent = ({ id, mailboxIds }: EmailRow) =>
      id !== emailId && mailboxIds.some((one) => roles.get(one) !== 'drafts');
    if (rows.some(isSent)) return true;
  }
  return false;
}

/** Its row was made of a draft: nothing told the index yet that these people were written to. */
async function rememberPeople({ index }: Account, { raw, sentAt }: Sent): Promise<void> {
  await index.write((writer) => writer.writtenTo(emailHeaders(raw), sentAt));
}

async function file(
  account: Account,
  source: Source,
  sentId: Id,
  { emailId, raw, sentAt }: Sent,
): Promise<Id> {
  const [draft] = await account.index.emails([emailId]);
  if (draft?.mailboxIds.includes(sentId)) return draft.id;
  const twin = await copyInSent(account, source, sentId, raw);
  if (twin !== null && twin !== emailId) {
    if (draft) await only(await source.destroyEmails([emailId]), emailId);
    return twin;
  }
  // The server's own copy may take a moment; the outbox asks again.
  if (serverFiles(account) && Date.now() - sentAt < COPY_AWAITED_MS)
    throw new CommandError('tryLater', 'The copy in Sent is awaited');
  if (draft?.size !== raw.length) {
    // It is not what went out (a 7-bit server, another program's draft): the copy takes its place (I4).
    const copy = await source.append({
      raw,
      mailboxIds: [sentId],
      keywords: ['$seen'],
      receivedAt: Date.now(),
    });
    if (draft) await only(await source.destroyEmails([emailId]), emailId);
    return copy;
  }
  const patch = {
    id: emailId,
    addKeywords: ['$seen'],
    removeKeywords: ['$draft'],
    addMailboxes: [sentId],
    removeMailboxes: draft.mailboxIds,
  };
  await only(await source.updateEmails([patch]), emailId);
  return emailId;
}

function serverFiles({ record }: Account): boolean {
  const { sentCopy } = record.settings;
  return sentCopy === 'auto' ? FILES_ITSELF.test(record.outgoing?.host ?? '') : sentCopy === 'server';
}

async function copyInSent(account: Account, source: Source, sentId: Id, raw: Buffer): Promise<Id | null> {
  const resent = resentHeaders(raw);
  const messageId = (resent ?? emailHeaders(raw)).messageId?.[0];
  if (messageId === undefined) return null;
  await source.refreshMailbox(sentId, LOOKED_AT);
  for (const name of messageIdFields(resent !== null)) {
    const rows = await account.index.emails(await withMessageId(source, messageId, [sentId], name));
    const copy = rows.find(({ mailboxIds }) => mailboxIds.includes(sentId));
    if (copy) return copy.id;
  }
  return null;
}

/** Where the Message-ID that a message was sent with may stand. */
function messageIdFields(isResent: boolean): string[] {
  return isResent ? ['Resent-Message-ID'] : ['Message-ID', OUTLOOK_MESSAGE_ID];
}

async function withMessageId(
  source: Source,
  messageId: string,
  mailboxIds: Id[] | null,
  name = 'Message-ID',
): Promise<Id[]> {
  const query = { header: [name, messageId] as [string, string] };
  return (await source.search(query, mailboxIds, AbortSignal.timeout(SEARCH_MS))).emailIds;
}

/** `$answered` on what In-Reply-To names, `$forwarded` on what X-Forwarded-Message-Id names. */
async function markOriginal(account: Account, raw: Buffer): Promise<void> {
  const fields = parseHeaderBlock(raw);
  const idsOf = (name: string) =>
    fields
      .filter((field) => field.name.toLowerCase() === name)
      .flatMap(({ value }) => asMessageIds(value) ?? []);
  await mark(account, idsOf('in-reply-to').slice(0, 1), '$answered');
  await mark(account, idsOf('x-forwarded-message-id').slice(0, 10), '$forwarded');
}

async function mark(account: Account, messageIds: string[], keyword: string, but?: Id): Promise<void> {
  for (const messageId of messageIds) {
    const ids = await withMessageId(account.source, messageId, null);
    const unmarked = (await account.index.emails(ids)).filter(
      ({ id, keywords }) => id !== but && !keywords.includes(keyword),
    );
    if (unmarked.length === 0) continue;
    const patches = unmarked.map(({ id }) => ({
      id,
      addKeywords: [keyword],
      removeKeywords: [],
      addMailboxes: [],
      removeMailboxes: [],
    }));
    const results = await account.write((source) => source.updateEmails(patches));
    const failed = [...results.values()].find((error) => error !== null);
    // The mail is sent and filed: a mark that cannot be set is not worth a second try.
    if (failed) log.info('sent.unmarked', { accountId: account.id, code: failed.code });
  }
}

async function mailboxOfRole(account: Account, role: MailboxRole, name: string): Promise<Id> {
  const known = (await account.mailboxes()).find((mailbox) => mailbox.role === role);
  if (known) return known.id;
  return account.write((source) => source.createMailbox({ name, parentId: null, role, isSubscribed: true }));
}

async function only(results: ReadonlyMap<Id, Error | null>, id: Id): Promise<void> {
  const error = results.get(id);
  if (error) throw error;
}
