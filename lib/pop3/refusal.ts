/**
 * What a -ERR means for the user: response codes first (RFC 2449 §8, RFC 3206), then the words that servers without
 * RESP-CODES use.
 */
import { AuthenticationError, CommandError, type ErrorCode, type MailError } from '@/lib/errors';
import type { StatusLine } from '@/lib/pop3/messages';

/** Server words are shown folded; a page of them helps nobody. */
const SERVER_TEXT = 500;

/** Phrases seen in the wild, tried in this order; the first is about the maildrop, so that "locked" is no wrong password. */
const WORDS: [RegExp, ErrorCode][] = [
  // cyrus: "Unable to lock maildrop"; qpopper: "-ERR maildrop already locked"; mail.ru: "mailbox is locked by another POP3 client"
  [/\block(ed)?\b|in use|already (open|logged)/i, 'maildropInUse'],
  [/app(lication)?[- ](specific[- ])?password/i, 'appPasswordNeeded'],
  // Yandex: "login failure or POP3 disabled, try later"; Gmail: "not enabled for POP access"; and an alert to use the browser
  [/disabled|not enabled|turned off|web browser/i, 'protocolDisabled'],
  [/try (again )?later|temporar|too many|unavailable/i, 'tryLater'],
];

const CODES: Record<string, ErrorCode> = {
  'IN-USE': 'maildropInUse',
  'LOGIN-DELAY': 'tryLater',
  'SYS/TEMP': 'tryLater',
};

function error(code: ErrorCode, status: StatusLine, verb: string): MailError {
  const text = (status.code ? `[${status.code}] ${status.text}` : status.text).slice(0, SERVER_TEXT);
  const options = { serverText: text };
  const message = `${verb} refused`;
  switch (code) {
    case 'wrongPassword':
    case 'appPasswordNeeded':
    case 'protocolDisabled':
    case 'oauthNeeded':
      return new AuthenticationError(code, message, options);
    default:
      return new CommandError(code, message, options);
  }
}

function byWords(text: string): ErrorCode | undefined {
  return WORDS.find(([words]) => words.test(text))?.[1];
}

/** -ERR to AUTH, USER or PASS. */
export function signInRefusal(status: StatusLine, verb: string): MailError {
  const byCode = CODES[status.code ?? ''];
  if (byCode) return error(byCode, status, verb);
  const word = byWords(status.text);
  // AUTH says that the credentials are at fault, so "locked" or "later" in its text is decoration (RFC 3206 §4).
  if (status.code === 'AUTH' && (word === 'maildropInUse' || word === 'tryLater')) {
    return error('wrongPassword', status, verb);
  }
  if (status.code === 'SYS/PERM') return error(word ?? 'protocolDisabled', status, verb);
  return error(word ?? 'wrongPassword', status, verb);
}

/** -ERR to any other command. */
export function refusal(status: StatusLine, verb: string): MailError {
  return error(CODES[status.code ?? ''] ?? 'commandFailed', status, verb);
}
