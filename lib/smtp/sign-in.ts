/** How a session signs in: the safest way that the server offers and the connection needs (RFC 4954). */
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Scram, type ScramHash } from './scram';

type Handler = NonNullable<SMTPConnection.Options['customAuth']>[string];
type Context = Parameters<Handler>[0];

/** RFC 7628. */
const OAUTH_BEARER = 'OAUTHBEARER';
/** Under its own name nodemailer wants a generator of tokens with it. */
const OWN_XOAUTH2 = 'OWN-XOAUTH2';

/** What nodemailer has no word of: it tells `PLAIN`, `LOGIN` and `CRAM-MD5` itself. */
export function ownMechanisms(server: ServerLogin, secret: Secret): Record<string, Handler> {
  return {
    'SCRAM-SHA-256': (context) => scram(context, 'sha256', server, secret),
    'SCRAM-SHA-1': (context) => scram(context, 'sha1', server, secret),
    [OAUTH_BEARER]: (context) => bearer(context, OAUTH_BEARER, oauthBearer(server, secret.accessToken ?? '')),
    [OWN_XOAUTH2]: (context) => bearer(context, 'XOAUTH2', xoauth2(server, secret.accessToken ?? '')),
  };
}

/** undefined: PLAIN or LOGIN, which TLS protects. */
export function mechanismFor(offered: string[], server: ServerLogin, secret: Secret): string | undefined {
  const first = (...names: string[]) => names.find((name) => offered.includes(name));
  if (secret.accessToken) return first(OAUTH_BEARER) ?? OWN_XOAUTH2;
  const proving = first('SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5');
  const telling = first('PLAIN', 'LOGIN');
  return server.security === 'none' || telling === undefined ? proving : undefined;
}

/** What nodemailer keeps to itself. */
export const ehloLines = (connection: SMTPConnection): string[] =>
  (connection as unknown as { _ehloLines?: string[] })._ehloLines ?? [];

/** The mechanisms of EHLO's AUTH lines; nodemailer keeps only those that it knows. */
export function offeredMechanisms(connection: SMTPConnection): string[] {
  return ehloLines(connection).flatMap((line) => {
    const [, list = ''] = /^AUTH[\s=](.*)/i.exec(line) ?? [];
    return list
      .toUpperCase()
      .split(/[\s=]+/)
      .filter(Boolean);
  });
}

async function scram(
  { method, sendCommand }: Context,
  hash: ScramHash,
  { user }: ServerLogin,
  { password }: Secret,
): Promise<void> {
  const client = new Scram(hash, user, password);
  const challenge = await sendCommand(`AUTH ${method} ${base64(client.first())}`);
  refuse(challenge.status, 334);
  const proof = await sendCommand(base64(client.final(decoded(challenge.response))));
  if (proof.status === 334) {
    if (!client.isProven(decoded(proof.response))) throw new Error('The server does not know the password');
    refuse((await sendCommand('')).status, 235);
    return;
  }
  refuse(proof.status, 235);
}

/** A refusal comes as a challenge with its reasons, which the client ends with an empty line (RFC 7628 §3.2.3). */
async function bearer({ sendCommand }: Context, method: string, response: string): Promise<void> {
  const answer = await sendCommand(`AUTH ${method} ${base64(response)}`);
  refuse(answer.status === 334 ? (await sendCommand('')).status : answer.status, 235);
}

const oauthBearer = ({ user, host, port }: ServerLogin, token: string) =>
  `n,a=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`;
const xoauth2 = ({ user }: ServerLogin, token: string) => `user=${user}\x01auth=Bearer ${token}\x01\x01`;

function refuse(status: number | undefined, wanted: number): void {
  if (status !== wanted) throw new Error('Invalid login');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const decoded = (reply: string) => Buffer.from(reply.replace(/^\d+[ -]/, ''), 'base64').toString();
