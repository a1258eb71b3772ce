/** A draft as JMAP's Email/set create (RFC 8621 §4.6). */
import type { Id, Identity, JsonObject, JsonValue } from '@/lib/jmap/types';
import type { Draft, DraftAttachment } from './draft';
import { mentions, quoteBox } from './quote';
import { SEND_FIELD, sendWishes } from './send-wishes';
import { senderOf } from './sender';

/** `plainText` of an HTML fragment; the browser's DOM does it best. */
export type ToPlainText = (html: string) => string;

export function draftToEmail(
  draft: Draft,
  identity: Identity,
  draftsId: Id,
  plainText: ToPlainText,
): JsonObject {
  const { text, html } = bodiesOf(draft, plainText);
  const sender = senderOf(draft, identity);
  const bodyValues: JsonObject = { text: { value: text } };
  if (html !== null) bodyValues.html = { value: html };
  return {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    from: addresses([sender]),
    ...replyToOf(draft, identity),
    // RFC 2156 §5.3.6; what programs of today read is X-Priority.
    ...(draft.important ? { 'header:Importance': ' high', 'header:X-Priority': ' 1' } : {}),
    ...(draft.readReceipt
      ? { 'header:Disposition-Notification-To:asAddresses': [{ name: null, email: sender.email }] }
      : {}),
    ...sendFieldOf(draft),
    to: addresses(draft.to),
    cc: addresses(draft.cc),
    bcc: addresses(draft.bcc),
    subject: draft.subject,
    messageId: [messageIdOf(draft, sender.email)],
    ...(draft.inReplyTo ? { inReplyTo: [...draft.inReplyTo] } : {}),
    ...(draft.references ? { references: [...draft.references] } : {}),
    ...(draft.forwardedMessageIds?.length
      ? { 'header:X-Forwarded-Message-Id:asMessageIds': [...draft.forwardedMessageIds] }
      : {}),
    textBody: [
      { partId: 'text', type: 'text/plain', ...(html === null ? { 'gatepost:flowed': 'yes' } : {}) },
    ],
    ...(html === null ? {} : { htmlBody: [{ partId: 'html', type: 'text/html' }] }),
    bodyValues,
    attachments: partsOf(draft),
  };
}

/** The same for all copies that are saved of one draft: a copy whose answer was lost is found again by it. */
export function messageIdOf({ key }: Draft, email: string): string {
  const domain = `http://${email.slice(email.lastIndexOf('@') + 1)}`;
  // A domain of other letters as it is written in headers (RFC 5890).
  return `${key}@${URL.canParse(domain) ? new URL(domain).hostname : 'localhost'}`;
}

function replyToOf({ replyTo }: Draft, identity: Identity): JsonObject {
  const chosen = replyTo?.length ? replyTo : identity.replyTo;
  return chosen?.length ? { replyTo: addresses(chosen) } : {};
}

/** What is asked of the sending itself waits in the draft for whoever goes on with it, on any device. */
function sendFieldOf(draft: Draft): JsonObject {
  const wishes = sendWishes(draft);
  return wishes === '' ? {} : { [`header:${SEND_FIELD}`]: ` ${wishes}` };
}

function addresses(list: readonly { name: string | null; email: string }[]): JsonValue {
  return list.length === 0 ? null : list.map(({ name, email }) => ({ name, email }));
}

function bodiesOf(draft: Draft, plainText: ToPlainText): { text: string; html: string | null } {
  const { body, quote } = draft;
  if (draft.format === 'text') return { text: joined(draft, body, quote, '\n\n'), html: null };
  const text = joined(draft, plainText(body), quote && plainText(quote), '\n\n');
  const html = joined(draft, body, quote && quoteBox(quote), '<br>');
  return { text, html: `<!doctype html><html><body>${html}</body></html>` };
}

function joined({ quoteFirst }: Draft, body: string, quote: string, between: string): string {
  if (quote === '') return body;
  return quoteFirst ? `${quote}${between}${body}` : `${body}${between}${quote}`;
}

/** Pictures that were deleted from the text do not travel along; in plain text the rest are files like others. */
function partsOf({ format, body, quote, attachments }: Draft): JsonObject[] {
  const html = format === 'html' ? body + quote : '';
  return attachments.flatMap((attachment) => {
    const { cid, blobId } = attachment;
    if (blobId === null) return [];
    if (cid === null || format === 'text') return [bodyPart(attachment, null)];
    return mentions(html, cid) ? [bodyPart(attachment, cid)] : [];
  });
}

function bodyPart({ blobId, type, name }: DraftAttachment, cid: string | null): JsonObject {
  return { blobId, type, name, cid, disposition: cid ? 'inline' : 'attachment' };
}
