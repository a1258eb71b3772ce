'use client';
/** Which accounts take part in "All inboxes". The list itself is joined by code that comes with it (joined.ts). */
import { useMemo } from 'react';
import { roleMailbox } from '@/lib/client/actions';
import { type EmailListView, useAccounts, useStore } from '@/lib/client/hooks';
import type { Joined } from '@/lib/client/joined';
import type { Id } from '@/lib/jmap/types';

export interface AllInboxes extends EmailListView, Pick<Joined, 'inboxes' | 'mail'> {}

/** In the user's order. */
export function useJoinedIds(): readonly Id[] {
  const accounts = useAccounts();
  return useMemo(() => accounts.flatMap(({ id, inAllInboxes }) => (inAllInboxes ? [id] : [])), [accounts]);
}

export function useUnreadInAll(): number {
  const ids = useJoinedIds();
  return useStore((store) =>
    ids.reduce((sum, id) => sum + (roleMailbox(store.view(id), 'inbox')?.unreadEmails ?? 0), 0),
  );
}
