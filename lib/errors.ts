/**
 * Every failure that Gatepost expects is a `MailError`. The class says what to do next; the code
 * is stable (RFC 8620/8621 words where they exist), travels to clients and has a sentence in
 * `messages/*.json` under `error.<code>`.
 */
export type ErrorCode =
  // ConnectionError: the session is gone; reading may be retried on a new one.
  | 'hostNotFound'
  | 'connectionRefused'
  | 'connectionTimeout'
  | 'connectionLost'
  | 'addressForbidden'
  | 'tlsFailed'
  | 'tlsRequired'
  | 'serverUnavailable'
  // ProtocolError: the server said something that makes no sense, or more than a limit allows.
  | 'protocolViolation'
  | 'limitExceeded'
  // AuthenticationError: only the user can help; never retried by itself.
  | 'wrongPassword'
  | 'appPasswordNeeded'
  | 'protocolDisabled'
  | 'oauthNeeded'
  // CommandError: the server refused this one command; the session lives.
  | 'forbidden'
  | 'overQuota'
  | 'tooLarge'
  | 'tooManyRecipients'
  | 'senderRefused'
  | 'tlsNotPromised'
  | 'recipientsRefused'
  | 'contentRefused'
  | 'tryLater'
  | 'sendingLimit'
  | 'maildropInUse'
  | 'alreadyExists'
  | 'sentBefore'
  | 'commandFailed'
  // RequestError: Gatepost itself refuses the request.
  | 'notFound'
  | 'invalidArguments'
  | 'invalidProperties'
  | 'stateMismatch'
  | 'cannotCalculateChanges'
  | 'anchorNotFound'
  | 'unsupported'
  | 'unsupportedFilter'
  | 'unsupportedSort'
  | 'mailboxHasChild'
  | 'mailboxHasEmail'
  | 'invalidSieve'
  | 'sieveIsActive'
  | 'blobNotFound'
  | 'notSignedIn'
  | 'originRefused'
  | 'rateLimit'
  | 'signInNotAllowed'
  | 'confirmationNeeded'
  | 'storageFull'
  | 'mailStoreFull'
  | 'goneAtProvider'
  | 'stopped'
  | 'serverFail';

export interface MailErrorOptions {
  cause?: unknown;
  /** The server's own words, shown folded and inert. */
  serverText?: string;
  /** Values for the sentence of the code: host, provider, protocol, seconds, properties ... Never a secret. */
  params?: Record<string, string | number>;
}

/** On each error: the kinds of its class and of those above it. */
const KINDS = Symbol.for('gatepost.error-kinds');

export class MailError extends Error {
  static readonly kind: string = 'MailError';

  readonly code: ErrorCode;
  readonly serverText: string | undefined;
  readonly params: Record<string, string | number>;

  constructor(code: ErrorCode, message: string, options: MailErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.serverText = options.serverText;
    this.params = options.params ?? {};
    Object.defineProperty(this, KINDS, { value: kindsOf(new.target) });
  }
}

/**
 * `instanceof` goes by kind: each of Next's bundles has a copy of these classes, and what the runtime of one bundle throws is
 * caught in another (a missing blob would be an unexpected error there).
 */
Object.defineProperty(MailError, Symbol.hasInstance, {
  value(this: typeof MailError, thrown: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, thrown)) return true;
    return Object.hasOwn(this, 'kind') && kindsOn(thrown).includes(this.kind);
  },
});

function kindsOf(made: typeof MailError): string[] {
  return Object.hasOwn(made, 'kind') && made.kind === 'MailError'
    ? ['MailError']
    : [...(Object.hasOwn(made, 'kind') ? [made.kind] : []), ...kindsOf(Object.getPrototypeOf(made))];
}

function kindsOn(value: unknown): string[] {
  return typeof value === 'object' && value !== null && KINDS in value ? (value[KINDS] as string[]) : [];
}

/** The server cannot be reached, or the connection broke: drop the session, retry if reading. */
export class ConnectionError extends MailError {
  static override readonly kind: string = 'ConnectionError';
}
/** Nonsense or a limit passed: drop the session, retry if reading. */
export class ProtocolError extends MailError {
  static override readonly kind: string = 'ProtocolError';
}
/** The user has to act; never retried. */
export class AuthenticationError extends MailError {
  static override readonly kind: string = 'AuthenticationError';
}
/** NO, -ERR, 4xx/5xx to one command: the session lives. */
export class CommandError extends MailError {
  static override readonly kind: string = 'CommandError';
}
/** Our own refusal of a request. */
export class RequestError extends MailError {
  static override readonly kind: string = 'RequestError';
}
