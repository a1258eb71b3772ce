'use client';
import { useSyncExternalStore } from 'react';
import type { Preferences } from '@/lib/i18n/preferences';

const QUERY = '(max-width: 47.99rem)';

function subscribe(told: () => void): () => void {
  const query = window.matchMedia(QUERY);
  query.addEventListener('change', told);
  return () => query.removeEventListener('change', told);
}

/** One pane at a time. @param painted what the server took it for */
export const usePhone = (painted: Preferences['screen'] = 'desk'): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(QUERY).matches,
    () => painted === 'phone',
  );
