/** SELECT (RFC 3501 §6.3.1, RFC 7162 §3.1): what the server says of a mailbox. */
import { MailError } from '@/lib/errors';
import { mailboxToken } from './mailbox-name';
import { type ImapSession, leadingNumber, untaggedCode } from './session';
import { atom, type Line, numberOf, textOf, textsOf } from './tokens';

export interface Selected {
  path: string;
  uidValidity: number;
  uidNext: number;
  exists: number;
  /** Decimal; null when the mailbox has no mod-sequences. */
  highestModseq: string | null;
  /** Flags that messages of this mailbox may carry, the keywords of users among them. */
  flags: string[];
  /** null: the server did not say, so all are allowed (RFC 3501 §7.1). */
  permanentFlags: Set<string> | null;
  readOnly: boolean;
}

/**
 * Keeps the selection when it is this mailbox already. The counters are then as old as it is: `fresh` selects again.
 * @throws notFound
 */
export async function select(session: ImapSession, path: string, fresh = false): Promise<Selected> {
  if (!fresh && session.selected?.path === path) return session.selected;
  const seen: Partial<Selected> = {};
  // A refused SELECT leaves nothing selected (RFC 3501 §6.3.1).
  session.selected = null;
  const condstore = !session.qresync && session.has('CONDSTORE') ? [[atom('CONDSTORE')]] : [];
  const answer = await session.exec('SELECT', [mailboxToken(path, session.utf8), ...condstore], {
    untagged: [
      [
        'EXISTS',
        (line) => {
          seen.exists = leadingNumber(line) ?? 0;
        },
      ],
      [
        'FLAGS',
        (line) => {
          seen.flags = textsOf(line.attributes?.[0]);
        },
      ],
      ['OK', (line) => readCode(line, seen)],
    ],
  });
  if (!seen.uidValidity) {
    // UIDs without UIDVALIDITY name nothing for sure (security.md R14): nothing may be cached or changed by them. The connection
    // is as good as another one: a new sign-in would change nothing.
    throw new MailError('protocolViolation', 'no UIDVALIDITY', { params: { mailbox: path } });
  }
  session.selected = {
    path,
    uidValidity: seen.uidValidity,
    uidNext: seen.uidNext ?? 0,
    exists: seen.exists ?? 0,
    highestModseq: seen.highestModseq ?? null,
    flags: seen.flags ?? [],
    permanentFlags: seen.permanentFlags ?? null,
    readOnly: answer.code === 'READ-ONLY',
  };
  return session.selected;
}

/**
 * Selects with a view that has this message: a session learns of later ones only when a command ends, and until then
 * FETCH and STORE pass over them in silence.
 */
export async function selectWith(session: ImapSession, path: string, highestUid: number): Promise<Selected> {
  const selected = await select(session, path);
  return highestUid < selected.uidNext ? selected : select(session, path, true);
}

/** Brings a selection that was kept up to date: until a command ends, the server shows the mailbox as it was (RFC 3501 §7). */
export async function lookAgain(session: ImapSession): Promise<void> {
  await session.exec('NOOP');
}

/** Before a mailbox is deleted or renamed: Dovecot ends sessions whose mailbox goes away. */
export async function deselect(session: ImapSession): Promise<void> {
  if (!session.selected) return;
  if (!session.has('UNSELECT')) {
    await select(session, 'INBOX');
    return;
  }
  session.selected = null;
  await session.exec('UNSELECT');
}

function readCode(line: Line, seen: Partial<Selected>): void {
  const { code, args } = untaggedCode(line);
  if (code === 'UIDVALIDITY') seen.uidValidity = numberOf(args[0]) ?? 0;
  else if (code === 'UIDNEXT') seen.uidNext = numberOf(args[0]) ?? 0;
  // `CHANGEDSINCE 0` is illegal (RFC 7162 §3.1.4; gateway.md pitfall 10): 0 is as good as none.
  else if (code === 'HIGHESTMODSEQ' && numberOf(args[0]) !== 0) seen.highestModseq = textOf(args[0]);
  else if (code === 'PERMANENTFLAGS' && Array.isArray(args[0])) {
    seen.permanentFlags = new Set(textsOf(args[0]).map((flag) => flag.toLowerCase()));
  }
}
