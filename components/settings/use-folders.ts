'use client';
import { useMailboxName } from '@/components/shell/use-place-name';
import { useMailboxTree } from '@/lib/client/hooks';
import type { Id } from '@/lib/jmap/types';

/** In the order of the sidebar; the inbox has its task and is always watched. */
export function useFolders(accountId: Id): { value: Id; label: string }[] {
  const nameOf = useMailboxName();
  return useMailboxTree(accountId)
    .filter(({ mailbox }) => mailbox.role !== 'inbox')
    .map(({ mailbox, depth }) => ({ value: mailbox.id, label: '\u2003'.repeat(depth) + nameOf(mailbox) }));
}
