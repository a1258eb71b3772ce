'use client';
/** A draft that waits to be sent stands in Outbox, not in Drafts (design, decision 5). */
import { useMemo, useSyncExternalStore } from 'react';
import { type EmailListView, useClient } from '@/lib/client/hooks';
import type { Id, MailboxRole } from '@/lib/jmap/types';

export function useQueued(accountId: Id): ReadonlySet<Id> {
  const { outbox } = useClient();
  const read = () => outbox.queuedEmailIds(accountId);
  return useSyncExternalStore(outbox.subscribe, read, read);
}

export function useWithoutQueued(
  accountId: Id,
  role: MailboxRole | null,
  view: EmailListView,
): EmailListView {
  const queued = useQueued(accountId);
  return useMemo(() => {
    if (role !== 'drafts' || queued.size === 0) return view;
    const { list, ensure } = view;
    const ids = list.ids.filter((id) => id === null || !queued.has(id));
    const hidden = list.ids.length - ids.length;
    const total = list.total === null ? null : list.total - hidden;
    // Rows behind the hidden ones stand further down on the server.
    return { ...view, list: { ...list, ids, total }, ensure: (from, to) => ensure(from, to + hidden) };
  }, [role, queued, view]);
}
