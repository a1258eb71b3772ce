/** What an Email/get or Email/parse asks for, read once for all emails (RFC 8621 §4.2). */
import { z } from 'zod';
import type { Wanted } from '@/lib/account/account';
import { MethodError } from '@/lib/jmap/method-error';
import { unsigned } from '@/lib/jmap/schema';
import { type HeaderProperty, parseHeaderProperty } from '@/lib/mime/header-property';
import type { BodyBudget } from './body-budget';

export const METADATA = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt'] as const;
export const CONVENIENCE = [
  'messageId',
  'inReplyTo',
  'references',
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'sentAt',
] as const;
export const BODY = ['bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments'] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...METADATA,
  ...CONVENIENCE,
  ...BODY,
  'headers',
  'hasAttachment',
  'preview',
]);
export const PARSE_PROPERTIES: readonly string[] = [
  ...CONVENIENCE,
  'hasAttachment',
  'preview',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
];
export const GET_PROPERTIES: readonly string[] = [...METADATA, ...PARSE_PROPERTIES];

const PART_DEFAULT = [
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
];
const PART_KNOWN: ReadonlySet<string> = new Set([...PART_DEFAULT, 'headers', 'subParts', 'gatepost:flowed']);

export const bodyArgs = {
  bodyProperties: z.array(z.string()).optional(),
  fetchTextBodyValues: z.boolean().default(false),
  fetchHTMLBodyValues: z.boolean().default(false),
  fetchAllBodyValues: z.boolean().default(false),
  maxBodyValueBytes: unsigned.default(0),
};

export interface BodyArgs {
  bodyProperties?: string[];
  fetchTextBodyValues: boolean;
  fetchHTMLBodyValues: boolean;
  fetchAllBodyValues: boolean;
  maxBodyValueBytes: number;
}

export interface PropertySet {
  names: ReadonlySet<string>;
  /** By the property as the client wrote it. */
  headers: Map<string, HeaderProperty>;
}

export interface EmailPlan {
  email: PropertySet;
  part: PropertySet;
  /** What the index must hold. */
  details: Wanted[];
  /** The header block itself is needed. */
  /** One that is not known yet is null (docs/jmap.md). */
  previewsLater: boolean;
  needsHeader: boolean;
  /** Header blocks of parts are needed. */
  needsPartHeaders: boolean;
  values: BodyArgs;
  /** Of the whole request. */
  bodies: BodyBudget;
}

export function emailPlan(
  properties: readonly string[],
  args: BodyArgs,
  bodies: BodyBudget,
  previewsLater = false,
): EmailPlan {
  const email = propertySet(properties, KNOWN);
  const part = propertySet(args.bodyProperties ?? PART_DEFAULT, PART_KNOWN);
  const has = (names: readonly string[]) => names.some((name) => email.names.has(name));
  const showsParts = has(['bodyStructure', 'textBody', 'htmlBody', 'attachments']);
  const details: Wanted[] = [];
  if (has(CONVENIENCE)) details.push('headers');
  if (has(BODY)) details.push('structure');
  else if (has(['hasAttachment'])) details.push('hasAttachment');
  if (has(['preview'])) details.push('preview');
  return {
    email,
    part,
    details,
    previewsLater,
    needsHeader: email.headers.size > 0 || email.names.has('headers'),
    needsPartHeaders: showsParts && (part.headers.size > 0 || part.names.has('headers')),
    values: args,
    bodies,
  };
}

function propertySet(properties: readonly string[], known: ReadonlySet<string>): PropertySet {
  const names = new Set<string>();
  const headers = new Map<string, HeaderProperty>();
  for (const property of properties) {
    if (property.startsWith('header:')) headers.set(property, parseHeaderProperty(property));
    else if (known.has(property)) names.add(property);
    else throw new MethodError('invalidArguments', `There is no property ${property}`);
  }
  return { names, headers };
}
