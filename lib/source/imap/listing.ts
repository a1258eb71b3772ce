/** LIST as rows of the index: names, parents, roles, rights. Pure. */
import type { MailboxEntry } from '@/lib/imap/session';
import type { MailboxInput, MailboxRow, MailboxWire } from '@/lib/index/types';
import type { Id, MailboxRights, MailboxRole } from '@/lib/jmap/types';
import { mailboxRights } from './mailbox-rights';
import { CHOSEN_ROLES, type ImapSettings } from './settings';

export interface Listed {
  path: string;
  /** Without the parents; NFC. */
  name: string;
  delimiter: string;
  parentPath: string | null;
  role: MailboxRole | null;
  selectable: boolean;
  subscribed: boolean;
  status: {
    messages?: number;
    unseen?: number;
    uidNext?: number;
    uidValidity?: number;
    highestModseq?: string;
  } | null;
  /** Of a server with access control lists; null: not known, or not yet. */
  letters?: string | null;
  /** Listed, and the server that counts all others does not count it: Dovecot so lists what was deleted under others. */
  isDoubtful?: boolean;
}

const ROLES: Record<string, MailboxRole> = {
  '\\Inbox': 'inbox',
  '\\Archive': 'archive',
  '\\Drafts': 'drafts',
  '\\Sent': 'sent',
  '\\Junk': 'junk',
  '\\Trash': 'trash',
  '\\All': 'all',
  '\\Flagged': 'flagged',
  '\\Important': 'important',
};
const ORDER: MailboxRole[] = [
  'inbox',
  'drafts',
  'sent',
  'archive',
  'junk',
  'trash',
  'all',
  'flagged',
  'important',
];

/** imapflow gives each special use to one mailbox at most (RFC 8621 §2 asks for that). */
export function listed(entry: MailboxEntry): Listed {
  const parentPath = entry.delimiter && entry.parentPath ? entry.parentPath : null;
  return {
    path: entry.path,
    name: entry.name.normalize('NFC'),
    delimiter: entry.delimiter || '/',
    parentPath,
    role: ROLES[entry.specialUse ?? ''] ?? null,
    selectable: !entry.flags.has('\\Noselect') && !entry.flags.has('\\NonExistent'),
    subscribed: entry.subscribed === true,
    status: entry.status
      ? {
          messages: entry.status.messages,
          unseen: entry.status.unseen,
          uidNext: entry.status.uidNext,
          uidValidity: Number(entry.status.uidValidity ?? 0),
          ...(entry.status.highestModseq ? { highestModseq: String(entry.status.highestModseq) } : {}),
        }
      : null,
  };
}

/** By hand before the server's word and before names; each role belongs to one mailbox at most (RFC 8621 §2). */
export function withRoles(
  entries: Listed[],
  ids: ReadonlyMap<string, Id>,
  roles: ImapSettings['roles'],
): Listed[] {
  const usable = new Set(
    entries.filter(({ role, selectable }) => selectable && role !== 'inbox').map(({ path }) => ids.get(path)),
  );
  const chosen = new Map<Id, MailboxRole>();
  for (const role of CHOSEN_ROLES) {
    const id = roles[role];
    // One that was deleted gives the role back.
    if (id !== undefined && usable.has(id)) chosen.set(id, role);
  }
  const given = new Set(chosen.values());
  return entries.map((entry) => {
    const own = chosen.get(ids.get(entry.path) ?? '');
    const left = entry.role !== null && given.has(entry.role) ? null : entry.role;
    return { ...entry, role: own ?? left };
  });
}

/** @param ids of all listed paths */
export function mailboxInput(
  entry: Listed,
  known: MailboxRow | null,
  ids: ReadonlyMap<string, Id>,
  prefix: string,
): MailboxInput {
  const id = ids.get(entry.path) ?? '';
  return {
    id,
    name: entry.role === 'inbox' ? 'Inbox' : entry.name,
    parentId: parentOf(entry, ids, prefix),
    role: entry.role,
    sortOrder: sortOrder(entry, known),
    isSubscribed: entry.subscribed,
    rights: rightsOf(entry, known),
    wire: wireOf(entry, entry.selectable ? (known?.wire ?? null) : null),
    serverTotal: entry.status?.messages ?? null,
    serverUnread: entry.status?.unseen ?? null,
  };
}

/** `INBOX.Sent` stands beside the inbox, not under it, where `INBOX.` is only the namespace (gateway.md pitfall 12). */
function parentOf(entry: Listed, ids: ReadonlyMap<string, Id>, prefix: string): Id | null {
  if (entry.parentPath === null || entry.parentPath + entry.delimiter === prefix) return null;
  return ids.get(entry.parentPath) ?? null;
}

function wireOf(entry: Listed, known: MailboxWire | null): MailboxWire {
  return {
    path: entry.path,
    delimiter: entry.delimiter,
    // What was read is only valid under the UIDVALIDITY under which it was read: STATUS does not move it.
    uidValidity: known?.uidValidity ?? 0,
    uidNext: known?.uidNext ?? 0,
    highestModseq: known?.highestModseq ?? null,
    filledDownTo: known?.filledDownTo ?? null,
    selectable: entry.selectable,
  };
}

/** As the server's list of rights says, as they were where that is not known again, else all. */
function rightsOf(entry: Listed, known: MailboxRow | null): MailboxRights {
  const told = entry.letters ? mailboxRights(entry.letters) : null;
  const before = entry.letters === null && entry.selectable ? known?.rights : null;
  const rights = told ?? before ?? unrestricted(entry);
  // RENAME INBOX would move its mail away (RFC 3501 §6.3.5).
  return entry.role === 'inbox' ? { ...rights, mayRename: false, mayDelete: false } : rights;
}

function unrestricted({ selectable }: Listed): MailboxRights {
  return {
    mayReadItems: selectable,
    mayAddItems: selectable,
    mayRemoveItems: selectable,
    maySetSeen: selectable,
    maySetKeywords: selectable,
    mayCreateChild: true,
    mayRename: true,
    mayDelete: true,
    maySubmit: selectable,
  };
}

/** A role that came or went takes its place along, unless the person has put the mailbox elsewhere. */
function sortOrder(entry: Listed, known: MailboxRow | null): number {
  if (!known || known.sortOrder === sortOrderOf(known.role)) return sortOrderOf(entry.role);
  return known.sortOrder;
}

/** Roles first, then by name. */
function sortOrderOf(role: MailboxRole | null): number {
  const at = role ? ORDER.indexOf(role) : -1;
  return at < 0 ? 100 : at + 1;
}
