/** POP3 commands as bytes. Nothing that could end a line gets through (security.md S16). */
import { createHash, createHmac } from 'node:crypto';
import { RequestError } from '@/lib/errors';

/** RFC 2449 §4: a command line is at most 255 octets; longer SASL responses go on a line of their own (RFC 5034 §4). */
export const COMMAND_LINE = 255;
/** A SASL response line: tokens of some providers reach several KB. */
const SASL_LINE = 12_288;

function line(text: string, limit: number, what: string): Buffer {
  // biome's noControlCharactersInRegex would refuse the regular expression for the same three characters.
  if (text.includes('\r') || text.includes('\n') || text.includes('\0')) {
    throw new RequestError('invalidArguments', `CR, LF or NUL in ${what}`);
  }
  const bytes = Buffer.from(`${text}\r\n`, 'utf8');
  if (bytes.length > limit) throw new RequestError('invalidArguments', `${what} too long`);
  return bytes;
}

export function command(verb: string, ...args: (string | number)[]): Buffer {
  return line([verb, ...args].join(' '), COMMAND_LINE, `POP3 ${verb}`);
}

/** A base64 line that answers a SASL challenge; an empty response is an empty line. */
export function saslResponse(response: Buffer): Buffer {
  return line(response.toString('base64'), SASL_LINE, 'SASL response');
}

/** RFC 4616: NUL separates, so neither part may hold one. */
export function saslPlain(user: string, password: string): Buffer {
  if (user.includes('\0') || password.includes('\0')) {
    throw new RequestError('invalidArguments', 'NUL in user name or password');
  }
  return Buffer.from(`\0${user}\0${password}`, 'utf8');
}

/** Google's and Microsoft's XOAUTH2: fields end in ^A. */
export function saslXoauth2(user: string, token: string): Buffer {
  if (user.includes('\x01') || token.includes('\x01')) {
    throw new RequestError('invalidArguments', '^A in user name or token');
  }
  return Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`, 'utf8');
}

/** RFC 7628 §3.1: a GS2 header, then the token as a Bearer field. */
export function saslOauthbearer(user: string, token: string, host: string, port: number): Buffer {
  if (user.includes('\x01') || token.includes('\x01')) {
    throw new RequestError('invalidArguments', '^A in user name or token');
  }
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  return Buffer.from(`n,a=${name},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`, 'utf8');
}

/** RFC 2195 §2: the user, and the challenge keyed with the password. */
export function saslCramMd5(user: string, password: string, challenge: Buffer): Buffer {
  return Buffer.from(`${user} ${createHmac('md5', password).update(challenge).digest('hex')}`, 'utf8');
}

/** RFC 1939 §7: the timestamp of the greeting with the password behind it. */
export function apopDigest(timestamp: string, password: string): string {
  return createHash('md5').update(`${timestamp}${password}`).digest('hex');
}
