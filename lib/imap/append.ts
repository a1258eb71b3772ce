/** APPEND (RFC 3501 §6.3.11) of a whole message; APPENDUID (RFC 4315 §3) tells where it is. */
import type { Readable } from 'node:stream';
import { CommandError } from '@/lib/errors';
import { isFlag } from './change';
import { dateTime } from './date';
import { mailboxToken } from './mailbox-name';
import type { ExecOptions, ImapSession } from './session';
import { atom, literal, numberOf, quoted, type TokenList } from './tokens';

/** On top of the silence allowed: the server stores, scans and syncs the message before it answers. */
const SILENCE_MS = 60_000;
const BARE_LINE_END = /(^|[^\r])\n|\r(?!\n)/;
const CRLF = Buffer.from('\r\n');

export interface Appended {
  uidValidity: number;
  uid: number;
}

/**
 * @returns null when the server does not say where the message is.
 * @throws contentRefused on a bare CR or LF (Cyrus and Fastmail refuse them, Dovecot changes the bytes; security.md S18)
 */
export async function append(
  session: ImapSession,
  path: string,
  raw: Buffer,
  flags: string[],
  receivedAt: number,
): Promise<Appended | null> {
  if (BARE_LINE_END.test(raw.toString('latin1'))) throw bareLineEnd();
  // A message without a final CRLF breaks the next APPEND on some servers (gateway.md pitfall 17).
  const bytes = raw.subarray(-2).equals(CRLF) ? raw : Buffer.concat([raw, CRLF]);
  const tokens = [...before(session, path, flags, receivedAt), literal(bytes)];
  return appended(session, tokens, {});
}

export interface Appendable {
  size: number;
  open(): Promise<Readable>;
}

/** The same with a message that is too large for memory. It is read twice: a literal that has begun cannot be taken back. */
export async function appendStreamed(
  session: ImapSession,
  path: string,
  { size, open }: Appendable,
  flags: string[],
  receivedAt: number,
): Promise<Appended | null> {
  const end = (await endsInCrlf(await open())) ? [] : [CRLF];
  const whole = async function* () {
    yield* await open();
    yield* end;
  };
  return appended(session, before(session, path, flags, receivedAt), {
    literal: { size: size + end.length * CRLF.length, open: whole },
  });
}

/** Whether a CRLF is its end. @throws contentRefused on a bare CR or LF */
async function endsInCrlf(bytes: Readable): Promise<boolean> {
  // Whether an LF follows it, the next chunk tells.
  let held = '';
  let isEnd = false;
  for await (const chunk of bytes) {
    const text = held + chunk.toString('latin1');
    isEnd = text.endsWith('\r\n');
    held = text.endsWith('\r') ? '\r' : '';
    if (BARE_LINE_END.test(held ? text.slice(0, -1) : text)) throw bareLineEnd();
  }
  if (held) throw bareLineEnd();
  return isEnd;
}

function bareLineEnd(): CommandError {
  return new CommandError('contentRefused', 'bare CR or LF in the message');
}

function before(session: ImapSession, path: string, flags: string[], receivedAt: number): TokenList {
  return [mailboxToken(path, session.utf8), flags.filter(isFlag).map(atom), quoted(dateTime(receivedAt))];
}

async function appended(
  session: ImapSession,
  tokens: TokenList,
  options: ExecOptions,
): Promise<Appended | null> {
  const { code, args } = await session.exec('APPEND', tokens, { ...options, silenceMs: SILENCE_MS });
  const [uidValidity, uid] = [numberOf(args[0]), numberOf(args[1])];
  return code === 'APPENDUID' && uidValidity && uid ? { uidValidity, uid } : null;
}
