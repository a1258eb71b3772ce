/**
 * AUTHORIZATION state (RFC 1939 §7, RFC 5034): a token by OAUTHBEARER or XOAUTH2, a password by what the server offers. Over
 * TLS the plain ones, which every server gets right; without TLS first those that do not show the password.
 */
import { AuthenticationError, RequestError } from '@/lib/errors';
import type { Secret } from '@/lib/net/types';
import type { Pop3Connection } from '@/lib/pop3/connection';
import type { Capabilities, StatusLine } from '@/lib/pop3/messages';
import { signInRefusal } from '@/lib/pop3/refusal';
import * as wire from '@/lib/pop3/serializer';

export type SignInMethod = 'auto' | 'plain' | 'login' | 'cram-md5' | 'apop' | 'user';

export interface SignIn {
  connection: Pop3Connection;
  capabilities: Capabilities;
  /** Of the greeting, `<1896.697170952@dbc.mtview.ca.us>`; null: no APOP. */
  timestamp: string | null;
  user: string;
  secret: Secret;
  method: SignInMethod;
}

const TOKENS = /^(XOAUTH2|OAUTHBEARER)$/;

export async function signIn(attempt: SignIn): Promise<void> {
  const { connection, capabilities, user, secret } = attempt;
  const { sasl } = capabilities;
  // RFC 6856 §2.1: before the name is given; a server that refuses goes on as before.
  if (capabilities.utf8) await line(connection, wire.command('UTF8'));
  if (secret.accessToken) return token(attempt, secret.accessToken);
  if (!capabilities.user && sasl.length > 0 && sasl.every((mechanism) => TOKENS.test(mechanism))) {
    throw new AuthenticationError('oauthNeeded', 'the server takes no passwords');
  }
  switch (methodOf(attempt)) {
    case 'cram-md5':
      return authenticate(connection, 'CRAM-MD5', null, (challenge) =>
        wire.saslCramMd5(user, secret.password, challenge),
      );
    case 'login':
      return login(connection, user, secret.password);
    case 'plain':
      return authenticate(connection, 'PLAIN', wire.saslPlain(user, secret.password));
    case 'apop':
      return apop(attempt);
    default:
      return userPass(connection, user, secret.password);
  }
}

function methodOf({ method, capabilities: { sasl, user }, timestamp, connection }: SignIn): SignInMethod {
  if (method !== 'auto') return method;
  const hidden = sasl.includes('CRAM-MD5') ? 'cram-md5' : timestamp === null ? null : 'apop';
  if (hidden && connection.security === 'none') return hidden;
  if (sasl.includes('PLAIN')) return 'plain';
  if (sasl.includes('LOGIN')) return 'login';
  // A server that offers something and not USER takes no USER (RFC 2449 §6.3); one without CAPA offers nothing.
  return hidden && sasl.length > 0 && !user ? hidden : 'user';
}

function token({ connection, capabilities, user }: SignIn, accessToken: string): Promise<void> {
  const { host, port } = connection.endpoint;
  const isBearer = capabilities.sasl.includes('OAUTHBEARER') && !capabilities.sasl.includes('XOAUTH2');
  return isBearer
    ? authenticate(connection, 'OAUTHBEARER', wire.saslOauthbearer(user, accessToken, host, port))
    : authenticate(connection, 'XOAUTH2', wire.saslXoauth2(user, accessToken));
}

function line(connection: Pop3Connection, bytes: Buffer): Promise<StatusLine> {
  return connection.send(bytes, 'line', null, connection.limits.replyMs);
}

async function apop({ connection, timestamp, user, secret }: SignIn): Promise<void> {
  if (timestamp === null) throw new RequestError('unsupported', 'the server has no APOP');
  const status = await line(
    connection,
    wire.command('APOP', user, wire.apopDigest(timestamp, secret.password)),
  );
  if (status.kind !== 'ok') throw signInRefusal(status, 'APOP');
}

async function userPass(connection: Pop3Connection, user: string, password: string): Promise<void> {
  // Both are built before anything is sent: a refused character must not leave half a sign-in behind.
  const commands = { USER: wire.command('USER', user), PASS: wire.command('PASS', password) };
  for (const [verb, bytes] of Object.entries(commands)) {
    const status = await line(connection, bytes);
    if (status.kind !== 'ok') throw signInRefusal(status, verb);
  }
}

/** Two questions, whose words nobody agrees on: the name, then the password. */
async function login(connection: Pop3Connection, user: string, password: string): Promise<void> {
  const answers = [wire.saslResponse(Buffer.from(user)), wire.saslResponse(Buffer.from(password))];
  let status = await line(connection, wire.command('AUTH', 'LOGIN'));
  for (const answer of answers) {
    if (status.kind === 'continue') status = await line(connection, answer);
  }
  if (status.kind !== 'ok') throw signInRefusal(status, 'AUTH LOGIN');
}

/** `respond` where the server speaks first. */
async function authenticate(
  connection: Pop3Connection,
  mechanism: string,
  first: Buffer | null,
  respond?: (challenge: Buffer) => Buffer,
): Promise<void> {
  const initial = first?.toString('base64') ?? null;
  const fits = initial !== null && `AUTH ${mechanism} ${initial}\r\n`.length <= wire.COMMAND_LINE;
  let status = await line(
    connection,
    fits ? wire.command('AUTH', mechanism, initial) : wire.command('AUTH', mechanism),
  );
  if (status.kind === 'continue') {
    // Either our response is due, or a token's error is told in a challenge, which an empty line answers.
    const due = respond?.(Buffer.from(status.text, 'base64')) ?? (fits ? null : first);
    status = await line(connection, wire.saslResponse(due ?? Buffer.alloc(0)));
  }
  if (status.kind === 'continue') status = await line(connection, wire.saslResponse(Buffer.alloc(0)));
  if (status.kind !== 'ok') throw signInRefusal(status, `AUTH ${mechanism}`);
}
