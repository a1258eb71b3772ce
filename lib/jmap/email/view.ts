/** One Email with the properties that a plan asks for. */

import { rawBlobId } from '@/lib/account/blob-id';
import { hasAttachment } from '@/lib/index/has-attachment';
import type { EmailRow } from '@/lib/index/types';
import type { Id, JsonObject, JsonValue } from '@/lib/jmap/types';
import { bodyParts } from '@/lib/mime/body-structure';
import { parseHeaderBlock } from '@/lib/mime/header';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import { toUtcDate } from '@/lib/source/source';
import { bodyValues, headerProperties, toBodyPart } from './body';
import type { Content } from './content';
import { openedFiles, toFilePart } from './opened';
import { BODY, CONVENIENCE, type EmailPlan, METADATA } from './plan';

/** What is known of a message that is not in any mailbox (RFC 8621 §4.9). */
interface LooseEmail {
  blobId: Id;
  size: number;
}

export interface Viewed {
  stored: EmailRow | LooseEmail;
  headers: EmailHeaders | null;
  structure: MimePart | null;
  preview: string | null;
  content: Content;
}

export async function viewEmail(email: Viewed, plan: EmailPlan): Promise<JsonObject> {
  const { names } = plan.email;
  const view = metadata(email.stored, plan);
  for (const name of CONVENIENCE) {
    if (names.has(name)) view[name] = plainJson(email.headers?.[name] ?? null);
  }
  if (BODY.some((name) => names.has(name))) Object.assign(view, await bodies(email, plan));
  if (plan.needsHeader)
    Object.assign(view, headerProperties(parseHeaderBlock(await email.content.header()), plan.email));
  if (names.has('hasAttachment')) {
    view.hasAttachment =
      'id' in email.stored
        ? email.stored.hasAttachment
        : email.structure !== null && hasAttachment(email.structure);
  }
  if (names.has('preview')) view.preview = email.preview ?? (plan.previewsLater ? null : '');
  return view;
}

/** Five hundred times in a request: built in place, not from lists of entries. */
function metadata(stored: Viewed['stored'], plan: EmailPlan): JsonObject {
  const all = allMetadata(stored);
  const view: JsonObject = 'id' in stored ? { id: stored.id } : {};
  for (const name of METADATA) if (plan.email.names.has(name)) view[name] = all[name] ?? null;
  return view;
}

export function allMetadata(stored: Viewed['stored']): JsonObject {
  if (!('id' in stored)) {
    const nowhere = { id: null, threadId: null, mailboxIds: null, keywords: null, receivedAt: null };
    return { ...nowhere, ...stored };
  }
  return {
    id: stored.id,
    blobId: rawBlobId(stored.id),
    threadId: stored.threadId,
    mailboxIds: trueMap(stored.mailboxIds),
    keywords: trueMap(stored.keywords),
    size: stored.size,
    receivedAt: toUtcDate(stored.receivedAt),
  };
}

function trueMap(names: string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, true]));
}

export function convenience(
  headers: EmailHeaders | null,
  names: readonly (keyof EmailHeaders)[],
): JsonObject {
  return Object.fromEntries(names.map((name) => [name, plainJson(headers?.[name] ?? null)]));
}

function plainJson(value: EmailHeaders[keyof EmailHeaders]): JsonValue {
  if (!Array.isArray(value)) return value;
  return value.map((item) => (typeof item === 'string' ? item : { name: item.name, email: item.email }));
}

async function bodies({ structure, content }: Viewed, plan: EmailPlan): Promise<JsonObject> {
  const { names } = plan.email;
  if (!structure) return {};
  const properties: JsonObject = {};
  const lists = bodyParts(structure);
  if (names.has('bodyStructure')) properties.bodyStructure = await toBodyPart(structure, content, plan, true);
  const shown = (parts: MimePart[]) =>
    Promise.all(parts.map((part) => toBodyPart(part, content, plan, false)));
  for (const name of ['textBody', 'htmlBody'] as const) {
    if (names.has(name)) properties[name] = await shown(lists[name]);
  }
  const values = names.has('bodyValues') ? await bodyValues(lists, structure, content, plan) : {};
  if (names.has('bodyValues')) {
    properties.bodyValues = Object.fromEntries(
      Object.entries(values).map(([path, value]) => [path, { ...value }]),
    );
  }
  if (names.has('attachments')) {
    const opened = await openedFiles(lists, values, content, plan);
    const closed = lists.attachments.filter((part) => !opened.some(({ of }) => of === part));
    properties.attachments = [...(await shown(closed)), ...opened.map((file) => toFilePart(file, plan))];
  }
  return properties;
}
