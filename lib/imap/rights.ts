/** Which rights the user has over mailboxes, as letters (RFC 4314 §3.5), of all in one command where the server can (RFC 8440). */
import { mailboxPath, mailboxToken } from './mailbox-name';
import type { ImapSession } from './session';
import { atom, type Line, quoted, textOf } from './tokens';

export type Letters = string;

/** By path; null: the server tells no rights with its list. */
export async function listRights(session: ImapSession): Promise<Map<string, Letters> | null> {
  if (!session.has('LIST-MYRIGHTS')) return null;
  const found = new Map<string, Letters>();
  await session.exec('LIST', [quoted(''), quoted('*'), atom('RETURN'), [atom('MYRIGHTS')]], {
    untagged: [['MYRIGHTS', (line) => note(session, line, found)]],
  });
  return found;
}

/** null: it says nothing of this one. */
export async function rightsOver(session: ImapSession, path: string): Promise<Letters | null> {
  const found = new Map<string, Letters>();
  await session.exec('MYRIGHTS', [mailboxToken(path, session.utf8)], {
    untagged: [['MYRIGHTS', (line) => note(session, line, found)]],
  });
  return [...found.values()].at(-1) ?? null;
}

/** `* MYRIGHTS Archive lrsa` */
function note(session: ImapSession, { attributes = [] }: Line, found: Map<string, Letters>): void {
  const letters = textOf(attributes[1]);
  if (letters !== null) found.set(mailboxPath(attributes[0], session.utf8), letters);
}
