/** From a message that is there (answered, forwarded, gone on with) to the draft that the composer starts with. */
import { attachmentsOf, bodyText, htmlOf, inlinePart } from '@/components/email/parts';
import type { Client } from '@/lib/client/client';
import type { ComposeIntent } from '@/lib/client/compose';
import { answerRecipients, answerReferences, sameMailbox } from '@/lib/client/draft/answer';
import { type Draft, type DraftAttachment, emptyDraft } from '@/lib/client/draft/draft';
import { forwardHtml, forwardText, mentions, quoteHtml, quoteText } from '@/lib/client/draft/quote';
import { forwardSubject, replySubject } from '@/lib/client/draft/subject';
import { JmapFault } from '@/lib/client/jmap';
import type { EmailContent } from '@/lib/client/state';
import type { BlobRef } from '@/lib/client/urls';
import type { EmailAddress, Identity } from '@/lib/jmap/types';
import { cleanQuote, splitQuote } from './clean-quote';
import { lastFormat } from './last-format';
import type { Original, Words } from './prepare-draft';
import { withSignature } from './signature';

type ExistingIntent = Exclude<ComposeIntent, { kind: 'new' }>;

interface Asked {
  key: string;
  intent: ExistingIntent;
  identities: readonly Identity[];
  words: Words;
}

export async function prepareFrom(client: Client, { key, intent, identities, words }: Asked): Promise<Draft> {
  const original = await load(client, intent);
  const identity = chooseIdentity(identities, original, intent);
  if (!identity) throw new JmapFault('senderRefused');
  const draft = { ...emptyDraft(intent.accountId, identity.id), key };
  switch (intent.kind) {
    case 'draft':
      return { ...resumed(draft, original), emailId: intent.emailId };
    case 'editAsNew':
      return asNew(resumed(draft, original), intent.only);
    case 'forward':
      return forwarded(draft, identity, original, words);
    case 'forwardAttached':
      return forwardedAsFile(draft, identity, original);
    default:
      return answer(draft, identity, original, words, identities, intent.kind === 'replyAll');
  }
}

async function load(client: Client, intent: ExistingIntent): Promise<Original> {
  const { accountId, emailId } = intent;
  const known = client.store.view(accountId)?.emails.has(emailId);
  await Promise.all([
    client.loader.contents(accountId, [emailId]),
    known ? undefined : client.loader.rows(accountId, [emailId]),
  ]);
  const account = client.store.view(accountId);
  const [row, content] = [account?.emails.get(emailId), account?.contents.get(emailId)];
  if (!row || !content) throw new JmapFault('notFound');
  return { row, content };
}

/** Who it was written to answers; who wrote a draft goes on. */
function chooseIdentity(
  identities: readonly Identity[],
  { row, content }: Original,
  intent: ExistingIntent,
): Identity | undefined {
  const own = intent.kind === 'draft' || intent.kind === 'editAsNew';
  const people = own ? (row.from ?? []) : [...(row.to ?? []), ...(content.cc ?? []), ...(row.from ?? [])];
  const exact = identities.find(({ email }) =>
    people.some((one) => one.email.toLowerCase() === email.toLowerCase()),
  );
  return (
    exact ??
    identities.find(({ email }) => people.some((one) => sameMailbox(email, one.email))) ??
    identities[0]
  );
}

function answer(
  draft: Draft,
  identity: Identity,
  original: Original,
  words: Words,
  identities: readonly Identity[],
  all: boolean,
): Draft {
  const { row, content } = original;
  const answered = { ...content, from: row.from, to: row.to, subject: row.subject };
  const own = identities.map(({ email }) => email);
  const attribution = words.attribution(original);
  const html = htmlOf(content);
  const format = html === null ? 'text' : 'html';
  const quote =
    html === null
      ? `${attribution}\n${quoteText(bodyText(content).text)}`
      : quoteHtml(attribution, cleanQuote(html));
  return {
    ...draft,
    ...answerRecipients(answered, own, all),
    ...answerReferences(answered),
    subject: replySubject(row.subject),
    format,
    body: withSignature(format, '', identity),
    quote,
    attachments: picturesOf(content, quote),
  };
}

/** Attachments go by their blob: they do not pass through the browser. */
function forwarded(draft: Draft, identity: Identity, original: Original, words: Words): Draft {
  const { row, content } = original;
  const head = words.forwardHead(original);
  const html = htmlOf(content);
  const format = html === null ? 'text' : 'html';
  const quote =
    html === null ? forwardText(head, bodyText(content).text) : forwardHtml(head, cleanQuote(html));
  return {
    ...draft,
    ...forwardedFields(original),
    subject: forwardSubject(row.subject),
    format,
    body: withSignature(format, '', identity),
    quote,
    attachments: [
      ...picturesOf(content, quote),
      ...attachmentsOf(content).map((attachment) => toAttachment(attachment, attachment.size, null)),
    ],
  };
}

function forwardedAsFile(draft: Draft, identity: Identity, original: Original): Draft {
  const { row } = original;
  const format = lastFormat();
  const name = `${
    (row.subject ?? '')
      .replace(/[\p{Cc}\\/:*?"<>|]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'message'
  }.eml`;
  const file = toAttachment({ blobId: row.blobId, name, type: 'message/rfc822' }, row.size, null);
  return {
    ...draft,
    ...forwardedFields(original),
    subject: forwardSubject(row.subject),
    format,
    body: withSignature(format, '', identity),
    attachments: [file],
  };
}

function forwardedFields({ content }: Original): Pick<Draft, 'references' | 'forwardedMessageId'> {
  const { messageId } = content;
  return { references: messageId, forwardedMessageId: messageId?.[0] ?? null };
}

function resumed(draft: Draft, { row, content }: Original): Draft {
  const html = htmlOf(content);
  const text = html === null ? { body: bodyText(content).text, quote: '' } : splitQuote(html);
  const shown = text.body + text.quote;
  const header = (wanted: string) =>
    content.headers.find(({ name }) => name.toLowerCase() === wanted)?.value.trim() ?? '';
  return {
    ...draft,
    to: row.to ?? [],
    cc: content.cc ?? [],
    bcc: content.bcc ?? [],
    subject: row.subject ?? '',
    format: html === null ? 'text' : 'html',
    ...text,
    attachments: [
      ...picturesOf(content, shown),
      ...attachmentsOf(content).map((attachment) => toAttachment(attachment, attachment.size, null)),
    ],
    inReplyTo: content.inReplyTo,
    references: content.references,
    forwardedMessageId: header('x-forwarded-message-id').replace(/^<|>$/g, '') || null,
    ...(content.replyTo?.length ? { replyTo: content.replyTo } : {}),
    important: /^(?:high|urgent)$/i.test(header('importance')),
    readReceipt: header('disposition-notification-to') !== '',
  };
}

/** The same once more: to those alone who did not get it, where it belonged; else as a message of its own. */
function asNew(draft: Draft, only: readonly string[] | undefined): Draft {
  if (!only) return { ...draft, inReplyTo: null, references: null };
  const missed = (people: readonly EmailAddress[]) => people.filter(({ email }) => only.includes(email));
  return { ...draft, to: missed(draft.to), cc: missed(draft.cc), bcc: missed(draft.bcc) };
}

/** Pictures that the quoted text shows travel with it. */
function picturesOf(content: EmailContent, html: string): DraftAttachment[] {
  const cids = [...html.matchAll(/cid:([^"')\s>]{1,500})/g)].map(([, cid = '']) => cid);
  return [...new Set(cids)].flatMap((cid) => {
    const part = inlinePart(content, cid) ?? inlinePart(content, safeDecode(cid));
    if (!part || !mentions(html, cid)) return [];
    const size = [...content.attachments, ...content.htmlBody].find(
      (one) => one.blobId === part.blobId,
    )?.size;
    return [toAttachment(part, size ?? 0, cid)];
  });
}

function safeDecode(text: string): string {
  return /%(?![0-9a-f]{2})/i.test(text) ? text : decodeURI(text);
}

function toAttachment({ blobId, name, type }: BlobRef, size: number, cid: string | null): DraftAttachment {
  return { key: crypto.randomUUID(), blobId, name, type, size, cid };
}
