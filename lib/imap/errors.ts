/** imapflow's errors and the server's NO and BAD (RFC 5530 response codes) as MailErrors: what to do next, in one word. */
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  type ErrorCode,
  MailError,
  type MailErrorOptions,
  ProtocolError,
} from '@/lib/errors';
import { connectionError } from '@/lib/net/errors';
import type { Endpoint } from '@/lib/net/types';
import { type Line, textOf } from './tokens';

interface Failure {
  code?: string;
  response?: Line | string | false;
  responseStatus?: string;
  responseText?: string;
  serverResponseCode?: string;
  authenticationFailed?: boolean;
  tlsFailed?: boolean;
}

/** How much of the server's own words is kept. */
const MAX_SERVER_TEXT = 1_000;

const PROTOCOL = new Set([
  ...['UnexpectedTag', 'MissingTag', 'InvalidResponse', 'ResponseProcessingFailed', 'STARTTLS_INJECTION'],
  ...['ParserError', 'ParserErrorExchange', 'ParserErrorInternal', 'MAX_IMAP_NESTING_REACHED'],
]);
const LIMITS = new Set([
  ...['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens', 'TooManyResponses'],
]);
const TIMEOUTS = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT']);

/** Response codes of a refused command (RFC 5530 §3, RFC 9208 §4.3, RFC 4469, RFC 7889). */
const REFUSALS: Record<string, ErrorCode> = {
  NONEXISTENT: 'notFound',
  TRYCREATE: 'notFound',
  ALREADYEXISTS: 'alreadyExists',
  NOPERM: 'forbidden',
  CANNOT: 'forbidden',
  ACL: 'forbidden',
  OVERQUOTA: 'overQuota',
  LIMIT: 'tryLater',
  TOOBIG: 'tooLarge',
  APPENDLIMIT: 'tooLarge',
  INUSE: 'tryLater',
  UNAVAILABLE: 'tryLater',
  SERVERBUG: 'tryLater',
  AUTHENTICATIONFAILED: 'wrongPassword',
};

export function imapError(error: unknown, endpoint: Pick<Endpoint, 'host' | 'port'>): MailError {
  if (error instanceof MailError) return error;
  const failure: Failure = error instanceof Error ? (error as Error & Failure) : {};
  const options = optionsOf(error, failure, endpoint);
  const code = failure.code ?? '';
  if (failure.tlsFailed && !/^ERR_|CERT|SIGNED|VERIFY/.test(code)) {
    return new ConnectionError('tlsRequired', 'the server offers no STARTTLS', options);
  }
  if (failure.authenticationFailed) return signInError(failure, options);
  if (failure.responseStatus === 'NO' || failure.responseStatus === 'BAD') {
    return commandError(failure, options);
  }
  if (LIMITS.has(code)) return new ProtocolError('limitExceeded', code, options);
  if (PROTOCOL.has(code) || code.startsWith('ParserError')) {
    return new ProtocolError('protocolViolation', code, options);
  }
  if (TIMEOUTS.has(code)) return new ConnectionError('connectionTimeout', code, options);
  return connectionError(error, endpoint);
}

function optionsOf(
  error: unknown,
  failure: Failure,
  endpoint: Pick<Endpoint, 'host' | 'port'>,
): MailErrorOptions {
  const text = serverText(failure);
  return {
    cause: error,
    params: { host: endpoint.host, port: endpoint.port },
    ...(text ? { serverText: text } : {}),
  };
}

function serverText(failure: Failure): string {
  const text = failure.responseText ?? (typeof failure.response === 'string' ? failure.response : '');
  return text.slice(0, MAX_SERVER_TEXT);
}

/** The code in brackets of a tagged answer: `NO [OVERQUOTA] ...`. */
export function responseCode(line: Line | string | false | undefined): string | null {
  if (!line || typeof line === 'string') return null;
  const first = line.attributes?.[0];
  if (!first || Array.isArray(first) || !first.section) return null;
  return textOf(first.section[0])?.toUpperCase() ?? null;
}

function commandError(failure: Failure, options: MailErrorOptions): MailError {
  const code = failure.serverResponseCode ?? responseCode(failure.response);
  if (failure.code === 'ETHROTTLE') return new CommandError('tryLater', 'throttled', options);
  const text = options.serverText ?? '';
  const known = code ? REFUSALS[code] : undefined;
  if (known) return new CommandError(known, `${failure.responseStatus} [${code}]`, options);
  if (/over ?quota|quota exceeded/i.test(text)) return new CommandError('overQuota', 'NO', options);
  // RFC 3501 has no code for it; Dovecot and Courier say it in words, also of the one that is selected.
  if (
    /mailbox doesn't exist|no such mailbox|unknown mailbox|mailbox does not exist|mailbox was deleted/i.test(
      text,
    )
  ) {
    return new CommandError('notFound', 'NO', options);
  }
  return new CommandError('commandFailed', `${failure.responseStatus}${code ? ` [${code}]` : ''}`, options);
}

/** Hints in the words of the big providers, tried in this order. */
const SIGN_IN_HINTS: [RegExp, ErrorCode][] = [
  [
    /app(lication)?[- ]specific|app(lication)? password|InvalidSecondFactor|пароль приложения/i,
    'appPasswordNeeded',
  ],
  [
    /(imap|protocol|access).{0,40}(is|been|are) (disabled|turned off|switched off|not (enabled|allowed))/i,
    'protocolDisabled',
  ],
  [/not enabled for imap|imap is disabled|enable imap|disabled for this user/i, 'protocolDisabled'],
  [/web browser|WEBALERT|webloginrequired/i, 'appPasswordNeeded'],
  [/basic ?auth.{0,20}(blocked|disabled)|oauth|xoauth2|modern auth/i, 'oauthNeeded'],
];
const CROWDED =
  /too many (simultaneous |concurrent )?connections|connection limit|maximum number of connections/i;
/** A throttled or ailing server has not judged the password (security.md R22). */
const TEMPORARY =
  /temporar|generic failure|try again|too many|rate limit|throttl|internal (server )?error|unavailable|system error|busy/i;

function signInError(failure: Failure, options: MailErrorOptions): MailError {
  const code = failure.serverResponseCode?.toUpperCase() ?? responseCode(failure.response);
  const text = options.serverText ?? '';
  if (failure.code === 'ETHROTTLE' || ['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG'].includes(code ?? '')) {
    return new ConnectionError('serverUnavailable', `sign-in postponed: ${code}`, options);
  }
  const hint = SIGN_IN_HINTS.find(([words]) => words.test(`${code ?? ''} ${text}`));
  if (hint) return new AuthenticationError(hint[1], 'sign-in refused', options);
  if (
    code === 'AUTHENTICATIONFAILED' ||
    code === 'AUTHORIZATIONFAILED' ||
    !(TEMPORARY.test(text) || CROWDED.test(text))
  ) {
    return new AuthenticationError('wrongPassword', 'sign-in refused', options);
  }
  return new ConnectionError('serverUnavailable', 'sign-in postponed', options);
}

/** BAD: nothing of it was done. */
export function isUnknownCommand(error: unknown): boolean {
  return error instanceof CommandError && error.code === 'commandFailed' && error.message.startsWith('BAD');
}

/** True when the server asks for fewer connections (gateway.md 4, Admission). */
export function isCrowded(error: MailError): boolean {
  const text = `${error.serverText ?? ''} ${error.message}`;
  // The code (RFC 5530), not the word: a time limit or a size limit is another matter.
  return CROWDED.test(text) || /\[LIMIT\]|postponed: LIMIT/.test(text);
}
