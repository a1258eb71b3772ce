'use client';
import { useMemo, useSyncExternalStore } from 'react';
import type { OutboxItem } from '@/lib/client/composer/outbox';
import { useClient } from '@/lib/client/hooks';

export function useOutbox(accountId: string): readonly OutboxItem[] {
  const { outbox } = useClient();
  const all = useSyncExternalStore(outbox.subscribe, outbox.items, outbox.items);
  return useMemo(() => all.filter((item) => item.accountId === accountId), [all, accountId]);
}
