/** Which parts of a message are its words, its pictures, its attachments (RFC 8621 §4.1.4). Pure. */

import { unflowed } from '@/lib/client/flowed';
import type { EmailContent } from '@/lib/client/state';
import type { BlobRef } from '@/lib/client/urls';
import type { EmailBodyPart } from '@/lib/jmap/types';

export interface Attachment extends BlobRef {
  size: number;
}

/** null when no part is HTML: then the plain text is shown. */
export function htmlOf(content: EmailContent): string | null {
  if (!content.htmlBody.some(({ type }) => type === 'text/html')) return null;
  return content.htmlBody.map((part) => htmlOfPart(content, part)).join('\n');
}

function htmlOfPart(content: EmailContent, part: EmailBodyPart): string {
  const value = content.bodyValues[part.partId ?? '']?.value ?? '';
  if (part.type === 'text/html') return value;
  if (part.type.startsWith('image/'))
    return part.blobId ? `<p><img src="cid:${escaped(blobCid(part.blobId))}" alt=""></p>` : '';
  return `<pre>${escaped(value)}</pre>`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A picture between the texts has no Content-ID that could be relied on: its blob stands for it. */
const blobCid = (blobId: string) => `blob-${blobId}@gatepost`;

export function bodyText(content: EmailContent): { text: string; truncated: boolean } {
  const values = content.textBody.flatMap(({ partId, type, 'gatepost:flowed': flowed }) => {
    const found = type.startsWith('text/') ? content.bodyValues[partId ?? ''] : undefined;
    if (!found) return [];
    return flowed ? { ...found, value: unflowed(found.value, flowed === 'delsp') } : found;
  });
  return {
    text: values.map(({ value }) => withoutFiles(value, content)).join('\n'),
    truncated: values.some(({ isTruncated }) => isTruncated),
  };
}

/** What is listed as an attachment is not shown as a page of letters: uuencoded lines between `begin` and `end`. */
function withoutFiles(text: string, { attachments }: EmailContent): string {
  const opened = attachments.filter(({ partId }) => partId?.includes('.f'));
  if (opened.length === 0) return text;
  const shown: string[] = [];
  let isInside = false;
  for (const line of text.split('\n')) {
    isInside ||= opened.some(({ name }) => line.startsWith('begin ') && line.trimEnd().endsWith(` ${name}`));
    if (!isInside) shown.push(line);
    if (isInside && line.trimEnd() === 'end') isInside = false;
  }
  return shown.join('\n');
}

export function inlinePart(content: EmailContent, cid: string): BlobRef | null {
  const parts = [...content.attachments, ...content.htmlBody];
  const part = parts.find((one) => one.cid === cid || (one.blobId !== null && blobCid(one.blobId) === cid));
  return part ? toAttachment(part) : null;
}

/** Without the pictures that the text shows itself. */
export function attachmentsOf(content: EmailContent): Attachment[] {
  const html = htmlOf(content) ?? '';
  const shown = (part: EmailBodyPart) =>
    part.cid !== null &&
    part.disposition !== 'attachment' &&
    (html.includes(`cid:${part.cid}`) || html.includes(`cid:${encodeURIComponent(part.cid)}`));
  return content.attachments.flatMap((part) => (shown(part) ? [] : (toAttachment(part) ?? [])));
}

function toAttachment(part: EmailBodyPart): Attachment | null {
  if (part.blobId === null) return null;
  return { blobId: part.blobId, name: part.name ?? nameless(part), type: part.type, size: part.size };
}

/** Endings that are not the type's own word. */
const ENDINGS: Record<string, string> = { 'text/calendar': 'ics', 'text/plain': 'txt', 'image/jpeg': 'jpg' };

function nameless({ type }: EmailBodyPart): string {
  if (type === 'message/rfc822') return 'message.eml';
  const ending = ENDINGS[type];
  if (ending) return `attachment.${ending}`;
  return `attachment.${type.split('/')[1]?.replace(/[^a-z0-9]/g, '') || 'bin'}`;
}

/** Cut in the middle: the ending says what it is. */
export function shortFileName(name: string, room: number): string {
  if (name.length <= room) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 8 ? name.slice(dot - 3) : name.slice(-6);
  return `${name.slice(0, room - ending.length - 1)}\u2026${ending}`;
}
