/** The body of an Email that is created, from bodyStructure or from the flat lists (RFC 8621 §4.6). */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Blobs } from '@/lib/account/blobs';
import type { Context } from '@/lib/jmap/context';
import { invalidProperties, isMissing, refuse } from '@/lib/jmap/method-error';
import { jsonObject } from '@/lib/jmap/schema';
import type { Id, JsonObject, JsonValue } from '@/lib/jmap/types';
import { bodyOf } from '@/lib/mime/compose-body';
import type { PartSpec } from '@/lib/mime/spec';
import { createHeaders } from './create-headers';

const text = z.string().nullable().optional();
const partShape = z.looseObject({
  partId: text,
  blobId: text,
  size: z.number().nullable().optional(),
  name: text,
  type: text,
  charset: text,
  disposition: text,
  cid: text,
  language: z.array(z.string()).nullable().optional(),
  location: text,
  subParts: z.array(jsonObject).nullable().optional(),
  'gatepost:flowed': z.enum(['yes']).nullable().optional(),
});
type Part = z.infer<typeof partShape>;
const PART_PROPERTIES = new Set(Object.keys(partShape.shape));

const valueShape = z.strictObject({
  value: z.string(),
  isEncodingProblem: z.literal(false).optional(),
  isTruncated: z.literal(false).optional(),
});
const valuesShape = z.record(z.string(), valueShape);
/** MIME nests; what a client composes does not nest deep. */
const MAX_DEPTH = 20;

interface From {
  blobs: Blobs;
  context: Context;
}

export interface CreatedBody {
  body: PartSpec;
  /** Of the files in it, none of which is read yet. */
  bytes: number;
}

export async function createBody(email: JsonObject, from: From): Promise<CreatedBody> {
  const builder = new BodyBuilder(from, valuesOf(email.bodyValues));
  const body = await wholeBody(email, builder);
  builder.checkBlobs();
  return { body, bytes: builder.bytes };
}

async function wholeBody(email: JsonObject, builder: BodyBuilder): Promise<PartSpec> {
  const flat = ['textBody', 'htmlBody', 'attachments'].filter((name) => email[name] != null);
  if (email.bodyStructure != null) {
    if (flat.length > 0)
      throw invalidProperties(['bodyStructure', ...flat], 'Either the structure or the lists');
    return builder.part(email.bodyStructure, 'bodyStructure');
  }
  return bodyOf({
    text: await builder.only(email.textBody, 'textBody', 'text/plain'),
    html: await builder.only(email.htmlBody, 'htmlBody', 'text/html'),
    attachments: await builder.list(email.attachments, 'attachments'),
  });
}

function valuesOf(value: JsonValue | undefined): Map<string, string> {
  const result = valuesShape.safeParse(value ?? {});
  if (!result.success) throw invalidProperties(['bodyValues'], result.error.issues[0]?.message ?? 'invalid');
  return new Map(Object.entries(result.data).map(([partId, entry]) => [partId, entry.value]));
}

class BodyBuilder {
  readonly #from: From;
  readonly #values: Map<string, string>;
  readonly #missing = new Set<Id>();
  #bytes = 0;

  constructor(from: From, values: Map<string, string>) {
    this.#from = from;
    this.#values = values;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws SetRefusal blobNotFound, with every blob that is not there */
  checkBlobs(): void {
    if (this.#missing.size > 0)
      throw refuse('blobNotFound', 'There is no such blob', { notFound: [...this.#missing] });
  }

  async only(value: JsonValue | undefined, property: string, type: string): Promise<PartSpec | null> {
    const [part, ...more] = await this.list(value, property, type);
    if (part === undefined) return null;
    if (more.length > 0 || part.type !== type)
      throw invalidProperties([property], `Exactly one part, ${type}`);
    return part;
  }

  async list(value: JsonValue | undefined, property: string, defaultType?: string): Promise<PartSpec[]> {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw invalidProperties([property], 'An array of parts');
    const parts: PartSpec[] = [];
    for (const item of value) parts.push(await this.part(item, property, defaultType));
    return parts;
  }

  async part(value: JsonValue, property: string, defaultType?: string, depth = 1): Promise<PartSpec> {
    const result = partShape.safeParse(value);
    if (!result.success || depth > MAX_DEPTH) throw invalidProperties([property], 'This is no body part');
    const part = result.data;
    checkPart(part, property);
    const type = (part.type ?? defaultType ?? defaultTypeOf(part)).toLowerCase();
    const shared = {
      type,
      disposition: part.disposition ?? (property === 'attachments' && !part.cid ? 'attachment' : null),
      name: part.name ?? null,
      cid: part.cid ?? null,
      language: part.language ?? null,
      location: part.location ?? null,
      headers: createHeaders(value as JsonObject, true),
    };
    if (!type.startsWith('multipart/')) return { ...shared, ...(await this.#content(part, property)) };
    const parts: PartSpec[] = [];
    for (const child of part.subParts ?? [])
      parts.push(await this.part(child, property, undefined, depth + 1));
    return { ...shared, parts };
  }

  async #content(part: Part, property: string): Promise<Pick<PartSpec, 'content' | 'charset' | 'flowed'>> {
    if (part.partId != null) {
      const value = this.#values.get(part.partId);
      if (value === undefined) throw invalidProperties([property], `bodyValues has no ${part.partId}`);
      return { content: value, flowed: part['gatepost:flowed'] === 'yes' && isPlain(part) };
    }
    if (part.blobId == null) throw invalidProperties([property], 'A part has a partId or a blobId');
    return { content: await this.#blob(part.blobId), charset: part.charset ?? null };
  }

  /** Read when its turn comes: one is in memory as it is, the others only as they are written. */
  async #blob(blobId: Id): Promise<Readable> {
    const { blobs, context } = this.#from;
    const id = context.resolve(blobId);
    try {
      this.#bytes += await blobs.atMost(id);
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#missing.add(blobId);
    }
    return Readable.from(opened(blobs, id), { objectMode: false });
  }
}

async function* opened(blobs: Blobs, id: Id): AsyncGenerator<Buffer> {
  yield* await blobs.open(id);
}

function checkPart(part: Part, property: string): void {
  const unknown = Object.keys(part).find((name) => !PART_PROPERTIES.has(name) && !/^header(:|s$)/.test(name));
  if (unknown !== undefined) throw invalidProperties([`${property}/${unknown}`], 'There is no such property');
  if (part.partId != null && part.blobId != null) {
    throw invalidProperties([property], 'A part has either a partId or a blobId');
  }
  if (part.partId != null && (part.charset != null || part.size != null)) {
    throw invalidProperties([property], 'charset and size of a text follow from the text');
  }
}

const isPlain = ({ type }: Part) => (type ?? 'text/plain').toLowerCase() === 'text/plain';

function defaultTypeOf(part: Part): string {
  if (part.subParts != null) return 'multipart/mixed';
  return part.partId != null ? 'text/plain' : 'application/octet-stream';
}
