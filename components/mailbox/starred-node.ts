/** Starred stands among the folders (page.md §7), after the inbox, but is a search: it has no mailbox on the server. */
import type { MailboxNode } from '@/lib/client/tree';
import type { Mailbox } from '@/lib/jmap/types';

export const STARRED = '~starred';

export function withStarred(tree: readonly MailboxNode[], name: string): MailboxNode[] {
  const inbox = tree.find(({ mailbox }) => mailbox.role === 'inbox');
  if (!inbox || tree.some(({ mailbox }) => mailbox.role === 'flagged')) return [...tree];
  const mailbox: Mailbox = {
    ...inbox.mailbox,
    id: STARRED,
    name,
    role: 'flagged',
    parentId: null,
    unreadEmails: 0,
    totalEmails: 0,
  };
  const node: MailboxNode = { mailbox, depth: 0, hasChildren: false, path: [name] };
  const after = tree.findIndex((one, index) => index > tree.indexOf(inbox) && one.depth === 0);
  return tree.toSpliced(after < 0 ? tree.length : after, 0, node);
}
