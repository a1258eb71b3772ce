/** APPEND (RFC 3501 §6.3.11) of a whole message; APPENDUID (RFC 4315 §3) tells where it is. */
import { CommandError } from '@/lib/errors';
import { isFlag } from './change';
import { dateTime } from './date';
import { mailboxToken } from './mailbox-name';
import type { ImapSession } from './session';
import { atom, literal, numberOf, quoted, type TokenList } from './tokens';

/** On top of the silence allowed: the server stores, scans and syncs the message before it answers. */
const SILENCE_MS = 60_000;
const BARE_LINE_END = /(^|[^\r])\n|\r(?!\n)/;

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
  if (BARE_LINE_END.test(raw.toString('latin1'))) {
    throw new CommandError('contentRefused', 'bare CR or LF in the message');
  }
  // A message without a final CRLF breaks the next APPEND on some servers (gateway.md pitfall 17).
  const bytes = raw.subarray(-2).equals(Buffer.from('\r\n'))
    ? raw
    : Buffer.concat([raw, Buffer.from('\r\n')]);
  const tokens: TokenList = [
    mailboxToken(path, session.utf8),
    flags.filter(isFlag).map(atom),
    quoted(dateTime(receivedAt)),
    literal(bytes),
  ];
  const { code, args } = await session.exec('APPEND', tokens, { silenceMs: SILENCE_MS });
  const [uidValidity, uid] = [numberOf(args[0]), numberOf(args[1])];
  return code === 'APPENDUID' && uidValidity && uid ? { uidValidity, uid } : null;
}
