/** From a message that is there (answered, forwarded, gone on with) to the draft that the composer starts with. */
import { attachmentsOf, bodyText, htmlOf, inlinePart } from '@/components/email/parts';
import type { Client } from '@/lib/client/client';
import type { ComposeIntent } from '@/lib/client/compose';
import { parseAddresses } from '@/lib/client/draft/address-input';
import { answerRecipients, answerReferences, listAddress } from '@/lib/client/draft/answer';
import { type Draft, type DraftAttachment, emptyDraft } from '@/lib/client/draft/draft';
import { forwardHtml, forwardText, mentions, quoteHtml, quoteText } from '@/lib/client/draft/quote';
import { SEND_FIELD, wishesIn } from '@/lib/client/draft/send-wishes';
import { chooseSender, isWildcard, senderOf, withAddress } from '@/lib/client/draft/sender';
import { forwardSubject, replySubject } from '@/lib/client/draft/subject';
import { JmapFault } from '@/lib/client/jmap';
import type { EmailContent } from '@/lib/client/state';
import type { BlobRef } from '@/lib/client/urls';
import {
  type EmailAddress,
  GATEPOST,
  type GatepostAccountCapability,
  type Id,
  type Identity,
} from '@/lib/jmap/types';
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
  const chosen = answersAs(client, intent);
  const always = identities.find(({ id }) => id === chosen);
  const sender = always
    ? withAddress(always, identities)
    : chooseSender(identities, ownAddresses(original, intent));
  if (!sender) throw new JmapFault('senderRefused');
  const { identity, ...from } = sender;
  const draft = { ...emptyDraft(intent.accountId, identity.id), ...from, key };
  if (intent.kind === 'draft') {
    const messageId = original.content.messageId?.[0];
    return { ...resumed(draft, original), emailId: intent.emailId, messageId };
  }
  if (intent.kind === 'editAsNew') return asNew(resumed(draft, original), intent.only);
  const started = { ...draft, bcc: identity.bcc ?? [] };
  if (intent.kind === 'forward') return forwarded(started, identity, original, words);
  if (intent.kind === 'forwardAttached') {
    const { accountId, others = [] } = intent;
    const more = await Promise.all(others.map((emailId) => load(client, { accountId, emailId })));
    return forwardedAsFiles(started, identity, [original, ...more]);
  }
  await client.settings.load();
  const quoteFirst = client.settings.value()?.answerPosition === 'below';
  const own = identities.filter((one) => !isWildcard(one)).map(({ email }) => email);
  const people = { own: [...own, senderOf(draft, identity).email], whom: intent.kind };
  return { ...answer(started, identity, original, words, people), quoteFirst };
}

/** Who answers all mail of the account, where its settings name somebody. */
function answersAs(client: Client, { kind, accountId }: ExistingIntent): Id | null {
  if (!ANSWERS.has(kind)) return null;
  const known = client.store.view(accountId)?.session.accountCapabilities[GATEPOST];
  return (known as GatepostAccountCapability | undefined)?.answerIdentityId ?? null;
}

const ANSWERS = new Set(['reply', 'replyAll', 'replyList']);

export async function load(
  client: Client,
  { accountId, emailId }: Pick<ExistingIntent, 'accountId' | 'emailId'>,
): Promise<Original> {
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

/** Who it was written to answers, also where only the last server's notes tell that; who wrote a draft goes on. */
function ownAddresses({ row, content }: Original, intent: ExistingIntent): string[] {
  const from = (row.from ?? []).map(({ email }) => email);
  if (intent.kind === 'draft' || intent.kind === 'editAsNew') return from;
  const people = [...(row.to ?? []), ...(content.cc ?? [])].map(({ email }) => email);
  const delivered = content.headers.flatMap(({ name, value }) =>
    /^(?:delivered-to|x-original-to|envelope-to)$/i.test(name) ? parseAddresses(value) : [],
  );
  return [...people, ...delivered.map(({ email }) => email), ...from];
}

function answer(
  draft: Draft,
  identity: Identity,
  original: Original,
  words: Words,
  { own, whom }: { own: readonly string[]; whom: 'reply' | 'replyAll' | 'replyList' },
): Draft {
  const { row, content } = original;
  const answered = { ...content, from: row.from, to: row.to, subject: row.subject };
  const list = whom === 'replyList' ? listAddress(content.headers) : null;
  const attribution = words.attribution(original);
  const html = htmlOf(content);
  const format = html === null ? 'text' : 'html';
  const quote =
    html === null
      ? `${attribution}\n${quoteText(bodyText(content).text)}`
      : quoteHtml(attribution, cleanQuote(html));
  return {
    ...draft,
    ...(list ? { to: [list], cc: [] } : answerRecipients(answered, own, whom === 'replyAll')),
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
    ...forwardedFields([original]),
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

function forwardedAsFiles(draft: Draft, identity: Identity, originals: readonly Original[]): Draft {
  const format = lastFormat();
  return {
    ...draft,
    ...forwardedFields(originals),
    subject: forwardSubject(originals[0]?.row.subject ?? null),
    format,
    body: withSignature(format, '', identity),
    attachments: originals.map(({ row }) =>
      toAttachment(
        { blobId: row.blobId, name: fileName(row.subject), type: 'message/rfc822' },
        row.size,
        null,
      ),
    ),
  };
}

function fileName(subject: string | null): string {
  const words = (subject ?? '').replace(/[\p{Cc}\\/:*?"<>|]+/gu, ' ').trim();
  return `${words.slice(0, 80) || 'message'}.eml`;
}

/** Several are no one conversation. */
function forwardedFields(originals: readonly Original[]): Pick<Draft, 'references' | 'forwardedMessageIds'> {
  const forwardedMessageIds = originals.flatMap(({ content }) => content.messageId?.[0] ?? []);
  const references = originals.length === 1 ? (originals[0]?.content.messageId ?? null) : null;
  return { references, forwardedMessageIds };
}

export function resumed(draft: Draft, { row, content }: Original): Draft {
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
    forwardedMessageIds: [...header('x-forwarded-message-id').matchAll(/<([^<>\s]+)>/g)].map(
      ([, id = '']) => id,
    ),
    ...(content.replyTo?.length ? { replyTo: content.replyTo } : {}),
    important: /^(?:high|urgent)$/i.test(header('importance')),
    readReceipt: header('disposition-notification-to') !== '',
    ...wishesIn(header(SEND_FIELD.toLowerCase())),
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
