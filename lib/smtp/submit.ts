/** Hands one message to a submission server and tells truthfully how far it came (RFC 6409, gateway.md 2.10). */

import { isAscii } from 'node:buffer';
import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import { CommandError, ConnectionError, type MailError } from '@/lib/errors';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { failureOf, isTemporary, smtpError } from './errors';
import type { SmtpSession } from './session';
import type { SmtpSessions } from './sessions';
import type { DeliveryNotice, RecipientReply, SmtpEnvelope, SubmitOutcome } from './types';

/** So much leaves our memory at a time; the socket's own buffer decides the pace. */
const CHUNK = 64 * 1024;

interface SendInfo {
  response: string;
  accepted: string[];
  rejectedErrors?: unknown[];
}

export interface SmtpTarget {
  server: ServerLogin;
  secret: Secret;
  sessions: SmtpSessions;
}

/**
 * `beforeData` runs after the server's 354 and before the first byte of the message: what it makes durable is true when
 * the process dies later. When it rejects, nothing of the message is sent and the refusal is temporary.
 * Never throws for what the server or the network does.
 */
export async function submit(
  target: SmtpTarget,
  envelope: SmtpEnvelope,
  message: Buffer,
  beforeData: () => Promise<void>,
): Promise<SubmitOutcome> {
  const { server, secret, sessions } = target;
  try {
    const { session, used } = await sessions.take(server, secret);
    const outcome = await submitOn(session, target, envelope, message, beforeData);
    if (!used || outcome.kind !== 'refused' || !isGone(outcome.error)) return outcome;
    // The server had ended the kept session: nothing of the message was sent, it is as if it had never been kept.
    const fresh = await sessions.open(server, secret);
    return await submitOn(fresh.session, target, envelope, message, beforeData);
  } catch (error) {
    return refused(smtpError(error, server), error, []);
  }
}

/** 421 is what a server says before it closes (RFC 5321 §3.8). */
function isGone(error: MailError): boolean {
  return error instanceof ConnectionError || (error.serverText?.startsWith('421') ?? false);
}

async function submitOn(
  session: SmtpSession,
  { server, secret, sessions }: SmtpTarget,
  envelope: SmtpEnvelope,
  message: Buffer,
  beforeData: () => Promise<void>,
): Promise<SubmitOutcome> {
  const progress = { dataBegun: false };
  const told = { said: session.transcript.begin(), takes: session.takes };
  try {
    const info = await send(session, server, envelope, message, async () => {
      await beforeData();
      progress.dataBegun = true;
    });
    sessions.keep(server, secret, session);
    const replies = [
      ...info.accepted.map((address) => ({ address, accepted: true, reply: info.response })),
      ...(info.rejectedErrors ?? []).map(refusalOf),
    ];
    return { kind: 'accepted', reply: info.response, recipients: asGiven(replies, envelope), ...told };
  } catch (error) {
    session.drop();
    return { ...failureOutcome(error, server, envelope, progress.dataBegun), ...told };
  }
}

function send(
  session: SmtpSession,
  server: ServerLogin,
  envelope: SmtpEnvelope,
  message: Buffer,
  beforeData: () => Promise<void>,
): Promise<SendInfo> {
  const { connection } = session;
  const to = [...new Set(envelope.to.map(wireAddress))];
  const from = wireAddress(envelope.from);
  if ([from, ...to].some(needsUtf8) && !session.takesUtf8) {
    const error = new CommandError('recipientsRefused', 'the server takes only ASCII addresses', {
      params: { host: server.host },
    });
    return Promise.reject(error);
  }
  const use8BitMime = !isAscii(message);
  if (use8BitMime && !session.takesEightBit) {
    const error = new CommandError('contentRefused', 'the server takes only 7-bit text', {
      params: { host: server.host },
    });
    return Promise.reject(error);
  }
  const options = {
    from,
    to,
    size: envelope.size,
    use8BitMime,
    requireTLSExtensionEnabled: envelope.requireTls === true,
    ...(envelope.dsn ? { dsn: dsnOptions(envelope.dsn) } : {}),
  };
  const sent = new Promise<SendInfo>((resolve, reject) => {
    connection.send(options, lazily(message, beforeData), (error, info) =>
      error || !info ? reject(error) : resolve(info),
    );
  });
  return Promise.race([sent, session.broken.catch(lastWord)]);
}

function dsnOptions({ ret, envid, notify }: DeliveryNotice) {
  return {
    ...(ret ? { ret } : {}),
    ...(envid ? { envid } : {}),
    ...(notify.length > 0 ? { notify: notify.join(',') } : {}),
  };
}

/** nodemailer tells of the closing before it hands the reason to the command that waits: the reason goes first. */
async function lastWord(error: unknown): Promise<never> {
  await new Promise((resolve) => setImmediate(resolve));
  throw error;
}

/**
 * nodemailer pipes the message only after the server's 354 to DATA; the first pull is therefore the border after which
 * nothing is retried (design decision 5).
 */
function lazily(message: Buffer, beforeData: () => Promise<void>): Readable {
  async function* chunks() {
    await beforeData();
    for (let at = 0; at < message.length; at += CHUNK) yield message.subarray(at, at + CHUNK);
  }
  return Readable.from(chunks(), { objectMode: false });
}

function failureOutcome(
  error: unknown,
  server: ServerLogin,
  envelope: SmtpEnvelope,
  dataBegun: boolean,
): SubmitOutcome {
  const mapped = smtpError(error, server);
  const { responseCode, response } = failureOf(error);
  // After the first byte only a reply of the server tells that the message was not taken.
  if (dataBegun && responseCode < 400) return { kind: 'uncertain', error: mapped, recipients: [] };
  const each =
    error instanceof Error && 'rejectedErrors' in error ? (error.rejectedErrors as unknown[]) : null;
  const recipients = each
    ? asGiven(each.map(refusalOf), envelope)
    : envelope.to.map((address) => ({ address, accepted: false, reply: response }));
  return refused(mapped, error, recipients);
}

function refused(error: MailError, cause: unknown, recipients: RecipientReply[]): SubmitOutcome {
  const temporary = isTemporary(cause) || isTemporary(error);
  return { kind: 'refused', temporary, error, recipients };
}

function refusalOf(error: unknown): RecipientReply {
  const { response } = failureOf(error);
  const address = error instanceof Error && 'recipient' in error ? String(error.recipient) : '';
  return { address, accepted: false, reply: response };
}

/**
 * The reply to a wire address under each spelling that was asked for: a recipient whose reply is not found would count as
 * waiting, and get the message again (security.md I5).
 */
function asGiven(replies: RecipientReply[], { to }: SmtpEnvelope): RecipientReply[] {
  return replies.flatMap((reply) =>
    to.filter((address) => wireAddress(address) === reply.address).map((address) => ({ ...reply, address })),
  );
}

/** IDN domains go out in ASCII (RFC 5890); only a non-ASCII local part needs SMTPUTF8 (RFC 6531). */
function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address;
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1)) || address.slice(at + 1)}`;
}

function needsUtf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address);
}
