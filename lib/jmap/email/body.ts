/** Body parts and their text as JMAP shows them (RFC 8621 §4.1.4). */
import { MAX_BODY_VALUE_BYTES } from '@/lib/jmap/limits';
import type { EmailBodyValue, JsonObject, JsonValue } from '@/lib/jmap/types';
import type { BodyParts } from '@/lib/mime/body-structure';
import { MAX_SEARCH_TEXT, type TextPart } from '@/lib/mime/digest';
import { type HeaderField, parseHeaderBlock } from '@/lib/mime/header';
import { readHeaderProperty } from '@/lib/mime/header-property';
import { bodyValue, fetchLength } from '@/lib/mime/text';
import type { MimePart } from '@/lib/mime/types';
import type { Content } from './content';
import type { EmailPlan, PropertySet } from './plan';

/** `deep`: with what `subParts` hold, for bodyStructure; in the flat lists no part has any. */
export async function toBodyPart(
  part: MimePart,
  content: Content,
  plan: EmailPlan,
  deep: boolean,
): Promise<JsonObject> {
  const fields = plan.needsPartHeaders ? parseHeaderBlock(await content.partHeader(part)) : [];
  const shown = { ...plainProperties(part, content, plan.part), ...headerProperties(fields, plan.part) };
  const children = deep ? part.parts : null;
  if (!children && !plan.part.names.has('subParts')) return shown;
  const subParts =
    children && (await Promise.all(children.map((child) => toBodyPart(child, content, plan, true))));
  return { ...shown, subParts };
}

/** `headers` and `header:*` of an Email or a part. */
export function headerProperties(fields: HeaderField[], wanted: PropertySet): JsonObject {
  const properties: JsonObject = {};
  if (wanted.names.has('headers')) {
    properties.headers = fields.map(({ name, rawValue }) => ({ name, value: rawValue }));
  }
  for (const [property, header] of wanted.headers) properties[property] = readHeaderProperty(fields, header);
  return properties;
}

function plainProperties(part: MimePart, content: Content, wanted: PropertySet): JsonObject {
  const isMultipart = part.parts !== null;
  const all: Record<string, JsonValue> = {
    partId: isMultipart ? null : part.path,
    blobId: isMultipart ? null : content.blobId(part),
    size: isMultipart ? 0 : decodedSize(part),
    name: part.name,
    type: part.type,
    charset: part.params.charset ?? (part.type.startsWith('text/') ? 'us-ascii' : null),
    disposition: part.disposition,
    cid: part.cid,
    language: part.language,
    location: part.location,
    'gatepost:flowed': flowedOf(part),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.names.has(name)));
}

/** RFC 3676. */
function flowedOf({ type, params }: MimePart): 'yes' | 'delsp' | null {
  if (type !== 'text/plain' || params.format?.toLowerCase() !== 'flowed') return null;
  return params.delsp?.toLowerCase() === 'yes' ? 'delsp' : 'yes';
}

/** The structure tells the size as stored. Base64 lines of 76 characters and their end hold 57 bytes; the rest is near enough. */
function decodedSize({ encoding, size }: MimePart): number {
  return encoding === 'base64' ? Math.floor((size * 57) / 78) : size;
}

export async function bodyValues(
  lists: BodyParts,
  root: MimePart,
  content: Content,
  { values: args, bodies, needsHeader }: Pick<EmailPlan, 'values' | 'bodies' | 'needsHeader'>,
): Promise<Record<string, EmailBodyValue>> {
  const wanted = new Map<string, MimePart>();
  const add = (parts: MimePart[]) => {
    for (const part of parts) if (part.type.startsWith('text/')) wanted.set(part.path, part);
  };
  if (args.fetchTextBodyValues) add(lists.textBody);
  if (args.fetchHTMLBodyValues) add(lists.htmlBody);
  if (args.fetchAllBodyValues) add(leaves(root));
  const { maxBodyValueBytes: asked } = args;
  const limit = asked === 0 ? MAX_BODY_VALUE_BYTES : Math.min(asked, MAX_BODY_VALUE_BYTES);
  const texts = [...wanted.values()].map((part) => ({ part, length: bodies.take(fetchLength(limit, part)) }));
  await content.ahead?.(texts, needsHeader);
  const values: Record<string, EmailBodyValue> = {};
  for (const { part, length } of texts) {
    const bytes = await content.part(part, length);
    values[part.path] = bodyValue(bytes, part, limit, length < part.size);
  }
  content.seen?.(readTexts(lists, values));
  return values;
}

/** The text, else the HTML; none where it was cut to less than search takes. */
function readTexts({ textBody, htmlBody }: BodyParts, values: Record<string, EmailBodyValue>): TextPart[] {
  const read = (parts: MimePart[]) =>
    parts.flatMap(({ path, type }) => {
      const { value = '', isTruncated = false } = values[path] ?? {};
      const isWhole = value !== '' && (!isTruncated || value.length >= MAX_SEARCH_TEXT);
      return isWhole ? [{ isHtml: type === 'text/html', value }] : [];
    });
  const texts = read(textBody);
  return texts.length > 0 ? texts : read(htmlBody);
}

function leaves(part: MimePart): MimePart[] {
  return part.parts ? part.parts.flatMap(leaves) : [part];
}
