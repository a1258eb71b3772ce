/** CREATE, RENAME, DELETE, SUBSCRIBE, STATUS (RFC 3501 §6.3). */
import { mailboxToken } from './mailbox-name';
import { deselect } from './select';
import type { ImapSession } from './session';
import { atom, isList, numberOf, textOf } from './tokens';

/** @param use `\Archive` ... where the server takes it (RFC 6154 §3) */
export async function createMailbox(session: ImapSession, path: string, use: string | null): Promise<void> {
  const special = use && session.has('CREATE-SPECIAL-USE') ? [[atom('USE'), [atom(use)]]] : [];
  await session.exec('CREATE', [mailboxToken(path, session.utf8), ...special]);
}

export async function renameMailbox(session: ImapSession, path: string, newPath: string): Promise<void> {
  await deselect(session);
  await session.exec('RENAME', [mailboxToken(path, session.utf8), mailboxToken(newPath, session.utf8)]);
}

export async function deleteMailbox(session: ImapSession, path: string): Promise<void> {
  await deselect(session);
  await session.exec('DELETE', [mailboxToken(path, session.utf8)]);
}

export async function subscribe(session: ImapSession, path: string, subscribed: boolean): Promise<void> {
  await session.exec(subscribed ? 'SUBSCRIBE' : 'UNSUBSCRIBE', [mailboxToken(path, session.utf8)]);
}

export interface MailboxStatus {
  messages: number | null;
  unseen: number | null;
  uidNext: number | null;
  uidValidity: number | null;
  highestModseq: string | null;
}

/** Not for the selected mailbox (RFC 3501 §6.3.10). */
export async function mailboxStatus(session: ImapSession, path: string): Promise<MailboxStatus> {
  const items = ['MESSAGES', 'UNSEEN', 'UIDNEXT', 'UIDVALIDITY'];
  if (session.has('CONDSTORE')) items.push('HIGHESTMODSEQ');
  const found = new Map<string, string>();
  await session.exec('STATUS', [mailboxToken(path, session.utf8), items.map(atom)], {
    untagged: [
      [
        'STATUS',
        (line) => {
          const list = line.attributes?.[1];
          if (!isList(list)) return;
          for (let i = 0; i + 1 < list.length; i += 2) {
            const [name, value] = [textOf(list[i]), textOf(list[i + 1])];
            if (name && value) found.set(name.toUpperCase(), value);
          }
        },
      ],
    ],
  });
  const number = (name: string) => numberOf(atom(found.get(name) ?? ''));
  return {
    messages: number('MESSAGES'),
    unseen: number('UNSEEN'),
    uidNext: number('UIDNEXT'),
    uidValidity: number('UIDVALIDITY'),
    highestModseq: found.get('HIGHESTMODSEQ') ?? null,
  };
}
