/** STORE, COPY, MOVE, EXPUNGE by UID (RFC 3501 §6.4, RFC 6851, RFC 4315): one command line each, on the selected mailbox. */
import { mailboxToken } from './mailbox-name';
import { type Completion, type ImapSession, untaggedCode } from './session';
import { atom, numberOf, sequence, textOf } from './tokens';
import { expandUidSet } from './uid-set';

/** Moving many messages on a slow disk says nothing for a long time. */
const BULK_SILENCE_MS = 60_000;

/** Characters of an atom that cannot break out of it (RFC 3501 §9; security.md S16). */
const FLAG = /^\\?[!#$&'+\-./0-9:;<=>?@A-Z[^_`a-z|~]{1,200}$/;

export function isFlag(flag: string): boolean {
  return FLAG.test(flag);
}

/** The difference only: a full list would undo what others changed meanwhile. */
export async function storeFlags(
  session: ImapSession,
  set: string,
  sign: '+' | '-',
  flags: string[],
): Promise<void> {
  const safe = flags.filter(isFlag);
  if (safe.length === 0) return;
  await session.exec('UID STORE', [sequence(set), atom(`${sign}FLAGS.SILENT`), safe.map(atom)], {
    silenceMs: BULK_SILENCE_MS,
  });
}

/** Where each message went; null when the server does not say (no UIDPLUS). */
export interface Copied {
  uidValidity: number;
  uids: Map<number, number>;
}

export async function copyMessages(session: ImapSession, set: string, path: string): Promise<Copied | null> {
  return transfer(session, 'UID COPY', set, path);
}

/** Only with MOVE: it is atomic, or the server says NO. */
export async function moveMessages(session: ImapSession, set: string, path: string): Promise<Copied | null> {
  return transfer(session, 'UID MOVE', set, path);
}

async function transfer(
  session: ImapSession,
  command: string,
  set: string,
  path: string,
): Promise<Copied | null> {
  let copied: Copied | null = null;
  // MOVE sends COPYUID in an untagged OK, before the EXPUNGEs (RFC 6851 §4.3).
  const answer = await session.exec(command, [sequence(set), mailboxToken(path, session.utf8)], {
    silenceMs: BULK_SILENCE_MS,
    untagged: [
      [
        'OK',
        (line) => {
          copied = copyUid(untaggedCode(line)) ?? copied;
        },
      ],
    ],
  });
  return copyUid(answer) ?? copied;
}

/** `[COPYUID 38505 304,319:320 3956:3958]`: pairs by position. */
function copyUid({ code, args }: Completion): Copied | null {
  if (code !== 'COPYUID') return null;
  const uidValidity = numberOf(args[0]);
  const from = expandUidSet(textOf(args[1]) ?? '');
  const to = expandUidSet(textOf(args[2]) ?? '');
  if (!uidValidity || from.length === 0 || from.length !== to.length) return null;
  return { uidValidity, uids: new Map(from.map((uid, index) => [uid, to[index] ?? 0])) };
}

/** Only with UIDPLUS. Plain EXPUNGE would take other clients' \Deleted mail along (security.md I9). */
export async function uidExpunge(session: ImapSession, set: string): Promise<void> {
  await session.exec('UID EXPUNGE', [sequence(set)], { silenceMs: BULK_SILENCE_MS });
}

/** Everything flagged \Deleted: only after `SEARCH DELETED` showed that all of it is ours. */
export async function expungeAll(session: ImapSession): Promise<void> {
  await session.exec('EXPUNGE', [], { silenceMs: BULK_SILENCE_MS });
}
