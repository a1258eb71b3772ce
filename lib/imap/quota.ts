/** GETQUOTAROOT (RFC 2087 §4.3, RFC 9208 §4.1.2): the limits that a mailbox stands under. */
import { mailboxToken } from './mailbox-name';
import type { ImapSession } from './session';
import { isList, numberOf, textOf } from './tokens';

export interface QuotaResource {
  /** Often empty, or `User quota`. */
  root: string;
  /** `STORAGE` (in units of 1,024 octets), `MESSAGE`, `MAILBOX` ...; upper case. */
  resource: string;
  used: number;
  limit: number;
}

/** null: the server has no QUOTA. */
export async function quotaOf(session: ImapSession, path: string): Promise<QuotaResource[] | null> {
  if (!session.has('QUOTA')) return null;
  const found: QuotaResource[] = [];
  await session.exec('GETQUOTAROOT', [mailboxToken(path, session.utf8)], {
    untagged: [
      [
        // * QUOTA "User quota" (STORAGE 10 512 MESSAGE 3 100)
        'QUOTA',
        ({ attributes = [] }) => {
          const [root, list] = attributes;
          if (!isList(list)) return;
          for (let at = 0; at + 2 < list.length; at += 3) {
            const [used, limit] = [numberOf(list[at + 1]), numberOf(list[at + 2])];
            if (used === null || limit === null) continue;
            found.push({
              root: textOf(root) ?? '',
              resource: (textOf(list[at]) ?? '').toUpperCase(),
              used,
              limit,
            });
          }
        },
      ],
    ],
  });
  return found;
}
