/** From what was asked for (a new message, an answer, a draft) to the draft that the composer starts with. */
import { attachmentsOf, bodyText, htmlOf, inlinePart } from '@/components/email/parts';
import type { Client } from '@/lib/client/client';
import type { ComposeIntent, OpenComposer } from '@/lib/client/compose';
import { parseMailto } from '@/lib/client/composer/mailto';
import { parseAddresses } from '@/lib/client/draft/address-input';
import { answerRecipients, answerReferences, sameMailbox } from '@/lib/client/draft/answer';
import { type Draft, type DraftAttachment, emptyDraft } from '@/lib/client/draft/draft';
import {
  forwardHtml,
  forwardText,
  mentions,
  quoteHtml,
  quoteText,
  textToHtml,
} from '@/lib/client/draft/quote';
import { forwardSubject, replySubject } from '@/lib/client/draft/subject';
import { JmapFault } from '@/lib/client/jmap';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import type { BlobRef } from '@/lib/client/urls';
import type { EmailAddress, Identity } from '@/lib/jmap/types';
import { cleanQuote, splitQuote } from './clean-quote';
import { lastFormat } from './last-format';
import { signatureHtml, signatureText } from './signature';

export interface Original {
  row: EmailRow;
  content: EmailContent;
}

/** Lines of the reader's language. */
export interface Words {
  /** "On 12 Nov 2026 at 14:32, Anna wrote:" */
  attribution(original: Original): string;
  /** What stands above a forwarded message: From, Date, Subject, To. */
  forwardHead(original: Original): string[];
}

export async function prepareDraft(
  client: Client,
  { key, intent }: OpenComposer,
  words: Words,
): Promise<Draft> {
  const { accountId } = intent;
  const [identities, original] = await Promise.all([identitiesOf(client, accountId), load(client, intent)]);
  const identity = chooseIdentity(identities, original, intent);
  const draft = { ...emptyDraft(accountId, identity.id), key };
  if (intent.kind === 'new') return newDraft(draft, identity, intent);
  if (!original) throw new JmapFault('notFound');
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

async function identitiesOf(client: Client, accountId: string): Promise<readonly Identity[]> {
  if (!client.store.base(accountId)?.identities) await client.loader.identities(accountId);
  return client.store.base(accountId)?.identities ?? [];
}

async function load(client: Client, intent: ComposeIntent): Promise<Original | null> {
  if (intent.kind === 'new') return null;
  const { accountId, emailId } = intent;
  const known = client.store.view(accountId)?.emails.has(emailId);
  await Promise.all([
    client.loader.contents(accountId, [emailId]),
    known ? undefined : client.loader.rows(accountId, [emailId]),
  ]);
  const account = client.store.view(accountId);
  const [row, content] = [account?.emails.get(emailId), account?.contents.get(emailId)];
  return row && content ? { row, content } : null;
}

/** Who it was written to answers; who wrote a draft goes on. */
function chooseIdentity(
  identities: readonly Identity[],
  original: Original | null,
  intent: ComposeIntent,
): Identity {
  const [first] = identities;
  if (!first) throw new JmapFault('senderRefused');
  if (!original) return first;
  const { row, content } = original;
  const own = intent.kind === 'draft' || intent.kind === 'editAsNew';
  const people = own ? (row.from ?? []) : [...(row.to ?? []), ...(content.cc ?? []), ...(row.from ?? [])];
  const exact = identities.find(({ email }) =>
    people.some((one) => one.email.toLowerCase() === email.toLowerCase()),
  );
  return (
    exact ?? identities.find(({ email }) => people.some((one) => sameMailbox(email, one.email))) ?? first
  );
}

function newDraft(draft: Draft, identity: Identity, intent: Extract<ComposeIntent, { kind: 'new' }>): Draft {
  const { text, ...fields } = parseMailto(intent.mailto ?? '');
  const format = lastFormat();
  const to = intent.to ? parseAddresses(intent.to) : fields.to;
  return { ...draft, ...fields, to, format, body: withSignature(format, text, identity) };
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
  const forwardedId = content.headers.find(({ name }) => name.toLowerCase() === 'x-forwarded-message-id');
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
    forwardedMessageId: forwardedId?.value.trim().replace(/^<|>$/g, '') || null,
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

function withSignature(format: Draft['format'], text: string, identity: Identity): string {
  if (format === 'text') return text + signatureText(identity);
  return (text === '' ? '<div><br></div>' : textToHtml(text)) + signatureHtml(identity);
}
