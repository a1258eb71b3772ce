/** Header fields of an Email or a body part that is created: each field once, in a form that it has (RFC 8621 §4.6). */
import { z } from 'zod';
import { MailError } from '@/lib/errors';
import { invalidProperties } from '@/lib/jmap/method-error';
import type { JsonObject, JsonValue } from '@/lib/jmap/types';
import { encodeHeader } from '@/lib/mime/encode-header';
import { parseHeaderProperty } from '@/lib/mime/header-property';
import type { EmailSpec, HeaderSpec, HeaderValue, PartSpec } from '@/lib/mime/spec';

type Form = HeaderValue['form'];

const address = z.strictObject({ name: z.string().nullable().default(null), email: z.string() });
const group = z.strictObject({
  name: z.string().nullable().default(null),
  addresses: z.array(address).max(1000),
});
const SHAPES: Record<Form, z.ZodType> = {
  raw: z.string(),
  text: z.string(),
  addresses: z.array(address).max(1000),
  groupedAddresses: z.array(group).max(100),
  messageIds: z.array(z.string()).max(1000),
  date: z.string(),
  urls: z.array(z.string()).max(100),
};

/** Convenience properties and the fields that they stand for (RFC 8621 §4.1.3), in the order in which they are written. */
const CONVENIENCE: Record<string, { name: string; form: Form }> = {
  sentAt: { name: 'Date', form: 'date' },
  from: { name: 'From', form: 'addresses' },
  sender: { name: 'Sender', form: 'addresses' },
  replyTo: { name: 'Reply-To', form: 'addresses' },
  to: { name: 'To', form: 'addresses' },
  cc: { name: 'Cc', form: 'addresses' },
  bcc: { name: 'Bcc', form: 'addresses' },
  subject: { name: 'Subject', form: 'text' },
  messageId: { name: 'Message-ID', form: 'messageIds' },
  inReplyTo: { name: 'In-Reply-To', form: 'messageIds' },
  references: { name: 'References', form: 'messageIds' },
};

const BODIES = ['bodyStructure', 'textBody', 'htmlBody', 'attachments'];

/** Fields of the part that is the whole body are the message's: each of them is on the Email or on the part, never on both. */
export function withRootHeaders(email: JsonObject, root: PartSpec): Pick<EmailSpec, 'headers' | 'body'> {
  const headers = createHeaders(email, false);
  const names = new Set(headers.map(({ name }) => name.toLowerCase()));
  const ofRoot = root.headers ?? [];
  const others = ofRoot.filter(({ name }) => !isContent(name));
  const twice = others.find(({ name }) => names.has(name.toLowerCase()));
  if (twice) {
    const body = BODIES.find((property) => email[property] != null);
    throw invalidProperties([`${body}/header:${twice.name}`], `${twice.name} is given twice`);
  }
  return {
    headers: [...headers, ...others],
    body: { ...root, headers: ofRoot.filter(({ name }) => isContent(name)) },
  };
}

/** `isPart`: only a body part may set Content-* fields. */
export function createHeaders(object: JsonObject, isPart: boolean): HeaderSpec[] {
  if (object.headers !== undefined)
    throw invalidProperties(['headers'], 'Fields are set by their own properties');
  const specs = [...(isPart ? [] : convenienceHeaders(object)), ...ownHeaders(object, isPart)];
  const seen = new Map<string, string>();
  for (const { property, spec } of specs) {
    const name = spec.name.toLowerCase();
    const before = seen.get(name);
    if (before !== undefined && before !== property) {
      throw invalidProperties([before, property], `${spec.name} is given twice`);
    }
    seen.set(name, property);
  }
  return specs.map(({ spec }) => spec);
}

interface Given {
  property: string;
  spec: HeaderSpec;
}

function convenienceHeaders(object: JsonObject): Given[] {
  return Object.entries(CONVENIENCE).flatMap(([property, { name, form }]) => {
    const value = object[property];
    // An empty list of addresses or ids is no field.
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
    return [{ property, spec: spec(property, name, form, value) }];
  });
}

function ownHeaders(object: JsonObject, isPart: boolean): Given[] {
  return Object.entries(object).flatMap(([property, value]) => {
    if (!property.startsWith('header:')) return [];
    const { name, form, all } = parsed(property);
    if ((isContent(name) && !isPart) || /^content-transfer-encoding$/i.test(name)) {
      throw invalidProperties([property], 'This field cannot be set here');
    }
    if (value === null) return [];
    if (!all) return [{ property, spec: spec(property, name, form, value) }];
    if (!Array.isArray(value)) throw invalidProperties([property], 'With :all the value is an array');
    return value.map((each) => ({ property, spec: spec(property, name, form, each) }));
  });
}

function isContent(name: string): boolean {
  return /^content-/i.test(name);
}

const parsed = (property: string) => asProperty(property, () => parseHeaderProperty(property));

/** What is refused is told by the name that the client gave it. */
function asProperty<T>(property: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MailError) throw invalidProperties([property], error.message);
    throw error;
  }
}

function spec(property: string, name: string, form: Form, value: JsonValue): HeaderSpec {
  const result = SHAPES[form].safeParse(value);
  if (!result.success) throw invalidProperties([property], result.error.issues[0]?.message ?? 'invalid');
  const made = { name, form, value: result.data } as HeaderSpec;
  asProperty(property, () => encodeHeader(made));
  return made;
}
