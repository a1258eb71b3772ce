'use client';
/** A folder's row takes messages that are dragged onto it. */
import { type DragEvent, useState } from 'react';
import { useMailboxName } from '@/components/shell/use-place-name';
import { draggedEmails } from '@/components/thread/drag';
import { useActions } from '@/lib/client/hooks';
import type { Id, Mailbox } from '@/lib/jmap/types';
import { STARRED } from './starred-node';

export function useDrop(accountId: Id, mailbox: Mailbox) {
  const actions = useActions();
  const nameOf = useMailboxName();
  const [over, setOver] = useState(false);
  const takes = (event: DragEvent) =>
    mailbox.myRights.mayAddItems && mailbox.id !== STARRED && draggedEmails(event, accountId) !== null;
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        const dragged = draggedEmails(event, accountId);
        setOver(false);
        if (!dragged || !takes(event)) return;
        event.preventDefault();
        actions.move(dragged, { ...mailbox, name: nameOf(mailbox) });
      },
    },
  };
}
