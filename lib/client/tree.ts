/** Mailboxes in the order of the folder pane (page.md §7): roles first, then by name, children under their parents. */
import type { Id, Mailbox, MailboxRole } from '@/lib/jmap/types';

export interface MailboxNode {
  mailbox: Mailbox;
  depth: number;
  hasChildren: boolean;
  /** Names from the root, for tooltips and the move dialog. */
  path: string[];
}

const ROLE_ORDER: MailboxRole[] = [
  'inbox',
  'flagged',
  'important',
  'snoozed',
  'drafts',
  'sent',
  'archive',
  'all',
  'junk',
  'trash',
];

export function inTreeOrder(mailboxes: ReadonlyMap<Id, Mailbox>): MailboxNode[] {
  const children = new Map<Id | null, Mailbox[]>();
  for (const mailbox of mailboxes.values()) {
    const parent = mailbox.parentId !== null && mailboxes.has(mailbox.parentId) ? mailbox.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), mailbox]);
  }
  const nodes: MailboxNode[] = [];
  // A server may name a mailbox as its own ancestor: each is walked once.
  const seen = new Set<Id>();
  const walk = (parent: Id | null, path: string[]) => {
    for (const mailbox of (children.get(parent) ?? []).toSorted(compare)) {
      if (seen.has(mailbox.id)) continue;
      seen.add(mailbox.id);
      const here = [...path, mailbox.name];
      nodes.push({ mailbox, depth: path.length, hasChildren: children.has(mailbox.id), path: here });
      walk(mailbox.id, here);
    }
  };
  walk(null, []);
  return nodes;
}

function compare(a: Mailbox, b: Mailbox): number {
  return (
    rank(a) - rank(b) ||
    a.sortOrder - b.sortOrder ||
    a.name.localeCompare(b.name, undefined, { numeric: true })
  );
}

function rank({ role }: Mailbox): number {
  const index = role === null ? -1 : ROLE_ORDER.indexOf(role);
  return index < 0 ? ROLE_ORDER.length : index;
}
