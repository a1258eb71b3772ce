'use client';
import { useSyncExternalStore } from 'react';

const QUERY = '(max-width: 47.99rem)';

function subscribe(told: () => void): () => void {
  const query = window.matchMedia(QUERY);
  query.addEventListener('change', told);
  return () => query.removeEventListener('change', told);
}

/** One pane: the composer takes the screen. */
export const usePhone = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(QUERY).matches,
    () => false,
  );
