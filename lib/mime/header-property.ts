/** `header:Name:asForm:all`, the header properties of Email and EmailBodyPart (RFC 8621 §4.1.3). */
import { RequestError } from '@/lib/errors';
import type { JsonValue } from '@/lib/jmap/types';
import {
  asAddresses,
  asDate,
  asGroupedAddresses,
  asMessageIds,
  asText,
  asURLs,
  type HeaderField,
} from './header';

type HeaderForm = 'raw' | 'text' | 'addresses' | 'groupedAddresses' | 'messageIds' | 'date' | 'urls';

export interface HeaderProperty {
  /** As the client wrote it. */
  name: string;
  form: HeaderForm;
  all: boolean;
}

const FORMS = new Map<string, HeaderForm>(
  Object.entries({
    asRaw: 'raw',
    asText: 'text',
    asAddresses: 'addresses',
    asGroupedAddresses: 'groupedAddresses',
    asMessageIds: 'messageIds',
    asDate: 'date',
    asURLs: 'urls',
  }),
);

const ADDRESSES: HeaderForm[] = ['addresses', 'groupedAddresses'];
/** RFC 8621 §4.1.2: what RFC 5322 and RFC 2369 define may be asked only in its own form; everything else in any. */
const DEFINED = new Map<string, HeaderForm[]>(
  Object.entries({
    subject: ['text'],
    comments: ['text'],
    keywords: ['text'],
    'list-id': ['text'],
    'message-id': ['messageIds'],
    'in-reply-to': ['messageIds'],
    references: ['messageIds'],
    'resent-message-id': ['messageIds'],
    date: ['date'],
    'resent-date': ['date'],
    'return-path': [],
    received: [],
  }),
);
for (const name of ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc']) {
  DEFINED.set(name, ADDRESSES);
  DEFINED.set(`resent-${name}`, ADDRESSES);
}
for (const name of ['help', 'unsubscribe', 'subscribe', 'post', 'owner', 'archive'])
  DEFINED.set(`list-${name}`, ['urls']);

/** @throws invalidArguments when the property is malformed or asks for a form that the header does not have */
export function parseHeaderProperty(property: string): HeaderProperty {
  const [prefix, name = '', ...rest] = property.split(':');
  const all = rest.at(-1) === 'all';
  if (all) rest.pop();
  const form = rest.length === 0 ? 'raw' : FORMS.get(rest[0] ?? '');
  if (prefix !== 'header' || !/^[!-9;-~]{1,100}$/.test(name) || rest.length > 1 || !form)
    throw invalid(property);
  const allowed = DEFINED.get(name.toLowerCase());
  if (form !== 'raw' && allowed && !allowed.includes(form)) throw invalid(property);
  return { name, form, all };
}

/** The value of the property: of several fields the last, or with `:all` each; null when there is none. */
export function readHeaderProperty(fields: HeaderField[], { name, form, all }: HeaderProperty): JsonValue {
  const lower = name.toLowerCase();
  const found = fields.filter((field) => field.name.toLowerCase() === lower);
  if (all) return found.map((field) => read(field, form));
  const last = found.at(-1);
  return last ? read(last, form) : null;
}

function read(field: HeaderField, form: HeaderForm): JsonValue {
  switch (form) {
    case 'raw':
      return field.rawValue;
    case 'text':
      return asText(field.value);
    case 'addresses':
      return asAddresses(field.value).map(({ name, email }) => ({ name, email }));
    case 'groupedAddresses':
      return asGroupedAddresses(field.value).map(({ name, addresses }) => ({
        name,
        addresses: addresses.map((address) => ({ name: address.name, email: address.email })),
      }));
    case 'messageIds':
      return asMessageIds(field.value);
    case 'date':
      return asDate(field.value);
    case 'urls':
      return asURLs(field.value);
  }
}

function invalid(property: string): RequestError {
  return new RequestError('invalidArguments', 'No such header property', {
    params: { property: property.slice(0, 200) },
  });
}
