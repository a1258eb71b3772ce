/** One Email with the properties that a plan asks for. */

import { rawBlobId } from '@/lib/account/blob-id';
import type { EmailRow } from '@/lib/index/types';
import type { JsonObject, JsonValue } from '@/lib/jmap/types';
import { bodyParts, hasAttachment } from '@/lib/mime/body-structure';
import { parseHeaderBlock } from '@/lib/mime/header';
import type { EmailHeaders, MimePart } from '@/lib/mime/types';
import { toUtcDate } from '@/lib/source/source';
import { bodyValues, headerProperties, toBodyPart } from './body';
import type { Content } from './content';
import { CONVENIENCE, type EmailPlan } from './plan';

export interface Viewed {
  /** null for a message that is not in any mailbox (Email/parse). */
  row: EmailRow | null;
  headers: EmailHeaders | null;
  structure: MimePart | null;
  preview: string | null;
  content: Content;
}

export async function viewEmail(email: Viewed, plan: EmailPlan): Promise<JsonObject> {
  const { names } = plan.email;
  const view: JsonObject = {
    ...metadata(email.row, plan),
    ...convenience(email.headers, plan),
    ...(await bodies(email, plan)),
  };
  if (plan.needsHeader)
    Object.assign(view, headerProperties(parseHeaderBlock(await email.content.header()), plan.email));
  if (names.has('hasAttachment')) {
    view.hasAttachment =
      email.row?.hasAttachment ?? (email.structure ? hasAttachment(email.structure) : false);
  }
  if (names.has('preview')) view.preview = email.preview ?? '';
  return view;
}

function metadata(row: EmailRow | null, plan: EmailPlan): JsonObject {
  const all: Record<string, JsonValue> = row
    ? {
        id: row.id,
        blobId: rawBlobId(row.id),
        threadId: row.threadId,
        mailboxIds: trueMap(row.mailboxIds),
        keywords: trueMap(row.keywords),
        size: row.size,
        receivedAt: toUtcDate(row.receivedAt),
      }
    : {
        id: null,
        blobId: null,
        threadId: null,
        mailboxIds: null,
        keywords: null,
        size: null,
        receivedAt: null,
      };
  const isWanted = ([name]: [string, JsonValue]) =>
    plan.email.names.has(name) || (name === 'id' && row !== null);
  return Object.fromEntries(Object.entries(all).filter(isWanted));
}

function trueMap(names: string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, true]));
}

function convenience(headers: EmailHeaders | null, plan: EmailPlan): JsonObject {
  const properties: JsonObject = {};
  for (const name of CONVENIENCE) {
    if (plan.email.names.has(name)) properties[name] = plainJson(headers?.[name] ?? null);
  }
  return properties;
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
  for (const name of ['textBody', 'htmlBody', 'attachments'] as const) {
    if (!names.has(name)) continue;
    properties[name] = await Promise.all(lists[name].map((part) => toBodyPart(part, content, plan, false)));
  }
  if (names.has('bodyValues')) {
    const values = await bodyValues(lists, structure, content, plan);
    properties.bodyValues = Object.fromEntries(
      Object.entries(values).map(([path, value]) => [path, { ...value }]),
    );
  }
  return properties;
}
