'use client';
/** The reading pane's code, and the dialogs', comes with the first sign that somebody is there: the list does not wait for it. */
import dynamic from 'next/dynamic';
import { useEffect } from 'react';

export const LazyThread = dynamic(() => import('./thread-view').then(({ ThreadView }) => ThreadView), {
  loading: () => null,
});

const SIGNS = ['pointermove', 'pointerdown', 'keydown'];

export function useThreadSoon(): void {
  useEffect(() => {
    const end = new AbortController();
    const load = () => {
      end.abort();
      void import('./thread-view');
      void import('@/components/shell/mail-dialogs');
    };
    for (const sign of SIGNS) addEventListener(sign, load, { signal: end.signal, passive: true });
    return () => end.abort();
  }, []);
}
