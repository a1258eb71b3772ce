/** What nodemailer and the server report, as MailErrors that say what to do. */
import { AuthenticationError, CommandError, ConnectionError, type ErrorCode, MailError } from '@/lib/errors';
import { connectionError } from '@/lib/net/errors';
import type { Endpoint } from '@/lib/net/types';
import { sendingLimitOf } from './sending-limit';
import { isTooMany } from './server-takes';

/** The fields that nodemailer puts on its errors. */
interface SmtpFailure {
  code: string;
  command: string;
  /** `550 5.1.1 No such user`, all lines; empty when the server said nothing. */
  response: string;
  responseCode: number;
}

export function failureOf(error: unknown): SmtpFailure {
  const fields = (error ?? {}) as Partial<SmtpFailure>;
  return {
    code: fields.code ?? '',
    command: fields.command ?? '',
    response: fields.response ?? '',
    responseCode: fields.responseCode ?? 0,
  };
}

const PUT_OFF: ReadonlySet<ErrorCode> = new Set(['tryLater', 'sendingLimit']);

/** 4yz: the same message may be taken later (RFC 5321 §4.2.1). */
export function isTemporary(error: unknown): boolean {
  const { responseCode } = failureOf(error);
  if (responseCode >= 400) return responseCode < 500;
  return error instanceof ConnectionError || (error instanceof MailError && PUT_OFF.has(error.code));
}

export function smtpError(error: unknown, endpoint: Endpoint): MailError {
  if (error instanceof MailError) return error;
  const failure = failureOf(error);
  const options = {
    cause: error,
    serverText: failure.response || undefined,
    params: { host: endpoint.host, port: endpoint.port },
  };
  if (failure.code === 'EAUTH' || failure.command.startsWith('AUTH')) {
    return failure.responseCode >= 400 && failure.responseCode < 500
      ? new CommandError('tryLater', 'the server puts the sign-in off', options)
      : new AuthenticationError('wrongPassword', 'the server refused the sign-in', options);
  }
  if (failure.command === 'STARTTLS' || (failure.code === 'ETLS' && failure.response)) {
    return new ConnectionError('tlsRequired', 'the server offers no STARTTLS', options);
  }
  if (failure.code === 'EREQUIRETLS') {
    return new CommandError('tlsNotPromised', 'the server cannot require TLS on the way', options);
  }
  if (failure.responseCode >= 400) {
    const seconds = sendingLimitOf(failure.response);
    if (seconds !== null) {
      const params = { ...options.params, seconds };
      return new CommandError('sendingLimit', 'the server takes no more for now', { ...options, params });
    }
    return new CommandError(refusalCode(failure), 'the server refused the message', options);
  }
  return connectionError(error, endpoint);
}

/** Enhanced codes (RFC 3463) first, then the reply code, then the phase. */
function refusalCode({ command, response, responseCode }: SmtpFailure): ErrorCode {
  if (isTooMany(response)) return 'tooManyRecipients';
  if (/\b5\.(?:2\.3|3\.4)\b|message (?:size|too)/i.test(response)) return 'tooLarge';
  if (responseCode < 500) return 'tryLater';
  if (/\b530\b|authentication required|authenticate first/i.test(response)) return 'forbidden';
  if (/not owned by|sender address rejected/i.test(response)) return 'senderRefused';
  if (responseCode === 552) return 'tooLarge';
  if (command === 'MAIL FROM') return 'senderRefused';
  if (command === 'RCPT TO') return 'recipientsRefused';
  return command === 'DATA' ? 'contentRefused' : 'commandFailed';
}
