/** AUTHORIZATION state: XOAUTH2 with a token, else SASL PLAIN where offered, else USER and PASS (RFC 1939 §7, RFC 5034). */
import { AuthenticationError } from '@/lib/errors';
import type { Secret } from '@/lib/net/types';
import type { Pop3Connection } from '@/lib/pop3/connection';
import type { Capabilities, StatusLine } from '@/lib/pop3/messages';
import { signInRefusal } from '@/lib/pop3/refusal';
import { COMMAND_LINE, command, saslPlain, saslResponse, saslXoauth2 } from '@/lib/pop3/serializer';

export async function signIn(
  connection: Pop3Connection,
  capabilities: Capabilities,
  user: string,
  secret: Secret,
): Promise<void> {
  const { sasl } = capabilities;
  if (secret.accessToken) await authenticate(connection, 'XOAUTH2', saslXoauth2(user, secret.accessToken));
  else if (sasl.includes('PLAIN')) await authenticate(connection, 'PLAIN', saslPlain(user, secret.password));
  else if (
    !capabilities.user &&
    sasl.length > 0 &&
    sasl.every((mechanism) => /^(XOAUTH2|OAUTHBEARER)$/.test(mechanism))
  ) {
    throw new AuthenticationError('oauthNeeded', 'the server takes no passwords');
  } else await userPass(connection, user, secret.password);
}

function line(connection: Pop3Connection, bytes: Buffer): Promise<StatusLine> {
  return connection.send(bytes, 'line', null, connection.limits.replyMs);
}

async function userPass(connection: Pop3Connection, user: string, password: string): Promise<void> {
  // Both are built before anything is sent: a refused character must not leave half a sign-in behind.
  const commands = { USER: command('USER', user), PASS: command('PASS', password) };
  for (const [verb, bytes] of Object.entries(commands)) {
    const status = await line(connection, bytes);
    if (status.kind !== 'ok') throw signInRefusal(status, verb);
  }
}

async function authenticate(connection: Pop3Connection, mechanism: string, response: Buffer): Promise<void> {
  const initial = response.toString('base64');
  const fits = `AUTH ${mechanism} ${initial}\r\n`.length <= COMMAND_LINE;
  let status = await line(
    connection,
    fits ? command('AUTH', mechanism, initial) : command('AUTH', mechanism),
  );
  if (status.kind === 'continue') {
    // Either our response is due, or XOAUTH2 tells its error in a challenge, which an empty line answers.
    status = await line(connection, fits ? saslResponse(Buffer.alloc(0)) : saslResponse(response));
  }
  if (status.kind === 'continue') status = await line(connection, saslResponse(Buffer.alloc(0)));
  if (status.kind !== 'ok') throw signInRefusal(status, `AUTH ${mechanism}`);
}
