/**
 * Method-level errors and SetErrors (RFC 8620 §3.6.2, §5.3), and the one place where a `MailError` becomes one of them
 * (gateway.md 2.13). What is not expected is logged with an id, and only the id is told.
 */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { type ErrorCode, MailError, RequestError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import type { JsonObject, SetError } from './types';

export class MethodError extends Error {
  readonly type: string;
  readonly fields: JsonObject;

  constructor(type: string, description?: string, fields: JsonObject = {}) {
    super(description ?? type);
    this.name = 'MethodError';
    this.type = type;
    this.fields = description === undefined ? fields : { description, ...fields };
  }
}

/** A refusal of one object in a /set, /copy or /import. */
export class SetRefusal extends Error {
  readonly error: SetError;

  constructor(error: SetError) {
    super(error.description ?? error.type);
    this.name = 'SetRefusal';
    this.error = error;
  }
}

export function refuse(type: string, description: string, fields: Partial<SetError> = {}): SetRefusal {
  return new SetRefusal({ type, description, ...fields });
}

/** The properties that a schema did not take. */
export function propertiesOf({ issues }: z.ZodError): string[] {
  const names = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])],
  );
  return [...new Set(names)];
}

/** @throws SetRefusal invalidProperties, with their names */
export function checkedObject<T>(shape: z.ZodType<T>, object: JsonObject): T {
  const result = shape.safeParse(object);
  if (result.success) return result.data;
  throw invalidProperties(propertiesOf(result.error), result.error.issues[0]?.message ?? 'invalid');
}

export function invalidProperties(properties: string[], description: string): SetRefusal {
  return refuse('invalidProperties', description, { properties });
}

const UNREACHABLE = ['serverUnavailable', 'serverUnavailable'] as const;
const FAILED = ['serverFail', 'serverFail'] as const;
const FORBIDDEN = ['forbidden', 'forbidden'] as const;

/** For each code, what it is for a whole method and what for one object of a /set. */
const TYPES: Record<ErrorCode, readonly [method: string, set: string]> = {
  hostNotFound: UNREACHABLE,
  connectionRefused: UNREACHABLE,
  connectionTimeout: UNREACHABLE,
  connectionLost: UNREACHABLE,
  addressForbidden: UNREACHABLE,
  tlsFailed: UNREACHABLE,
  tlsRequired: UNREACHABLE,
  serverUnavailable: UNREACHABLE,
  protocolViolation: UNREACHABLE,
  limitExceeded: FAILED,
  wrongPassword: UNREACHABLE,
  appPasswordNeeded: UNREACHABLE,
  protocolDisabled: UNREACHABLE,
  oauthNeeded: UNREACHABLE,
  forbidden: FORBIDDEN,
  confirmationNeeded: FORBIDDEN,
  overQuota: ['serverFail', 'overQuota'],
  tooLarge: ['requestTooLarge', 'tooLarge'],
  tooManyRecipients: ['serverFail', 'tooManyRecipients'],
  senderRefused: ['serverFail', 'forbiddenMailFrom'],
  recipientsRefused: ['serverFail', 'invalidRecipients'],
  contentRefused: ['serverFail', 'forbiddenToSend'],
  tlsNotPromised: ['serverFail', 'forbiddenToSend'],
  tryLater: UNREACHABLE,
  sendingLimit: UNREACHABLE,
  maildropInUse: UNREACHABLE,
  alreadyExists: ['serverFail', 'alreadyExists'],
  sentBefore: ['serverFail', 'alreadyExists'],
  commandFailed: FAILED,
  notFound: ['notFound', 'notFound'],
  invalidArguments: ['invalidArguments', 'invalidProperties'],
  invalidProperties: ['invalidArguments', 'invalidProperties'],
  stateMismatch: ['stateMismatch', 'stateMismatch'],
  cannotCalculateChanges: ['cannotCalculateChanges', 'serverFail'],
  anchorNotFound: ['anchorNotFound', 'serverFail'],
  unsupported: FORBIDDEN,
  unsupportedFilter: ['unsupportedFilter', 'serverFail'],
  unsupportedSort: ['unsupportedSort', 'serverFail'],
  mailboxHasChild: ['serverFail', 'mailboxHasChild'],
  mailboxHasEmail: ['serverFail', 'mailboxHasEmail'],
  invalidSieve: ['serverFail', 'invalidSieve'],
  sieveIsActive: ['serverFail', 'sieveIsActive'],
  blobNotFound: ['notFound', 'blobNotFound'],
  mailStoreFull: ['serverFail', 'overQuota'],
  goneAtProvider: ['serverFail', 'notFound'],
  stopped: ['serverFail', 'serverFail'],
  notSignedIn: FORBIDDEN,
  originRefused: FORBIDDEN,
  rateLimit: ['serverUnavailable', 'rateLimit'],
  signInNotAllowed: FORBIDDEN,
  storageFull: UNREACHABLE,
  serverFail: FAILED,
};

/** What was named is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof MailError && (error.code === 'blobNotFound' || error.code === 'notFound');
}

export function toMethodError(error: unknown): JsonObject {
  if (error instanceof MethodError) return { type: error.type, ...error.fields };
  if (error instanceof SetRefusal) return { type: 'serverFail', description: error.message };
  if (error instanceof MailError) return { type: TYPES[error.code][0], ...told(error) };
  return { type: 'serverFail', ...logged(error) };
}

export function toSetError(error: unknown): SetError {
  if (error instanceof SetRefusal) return error.error;
  if (error instanceof MethodError) return { type: error.type, description: error.message };
  if (!(error instanceof MailError)) return { type: 'serverFail', ...logged(error) };
  const { property, properties = property, existingId, maxSize, max, address } = error.params;
  return {
    type: isFull(error) ? 'overQuota' : TYPES[error.code][1],
    ...told(error),
    ...(typeof properties === 'string' ? { properties: properties.split(/[, ]/) } : {}),
    ...(error.code === 'recipientsRefused' && typeof address === 'string'
      ? { invalidRecipients: [address] }
      : {}),
    ...(typeof existingId === 'string' ? { existingId } : {}),
    ...(typeof maxSize === 'number' ? { maxSize } : {}),
    ...(error.code === 'tooManyRecipients' && typeof max === 'number' ? { maxRecipients: max } : {}),
  };
}

/** RFC 8620 §5.3: as many as there may be, of whatever is made. A mail server that says too much is another thing. */
function isFull(error: MailError): boolean {
  return error instanceof RequestError && error.code === 'limitExceeded';
}

function told(error: MailError) {
  return {
    description: error.message,
    'gatepost:code': error.code,
    'gatepost:params': error.params,
    ...(error.serverText === undefined ? {} : { 'gatepost:serverText': error.serverText }),
  };
}

function logged(error: unknown): { description: string; 'gatepost:code': string } {
  const errorId = randomBytes(5).toString('hex');
  log.error('jmap.unexpected', { errorId, ...errorFields(error) });
  return { description: `Unexpected error ${errorId}`, 'gatepost:code': 'serverFail' };
}
