'use client';
/** The phone's full screen is a place of its own in the history: the system's Back closes it and stays in the mail (page.md §6). */
import { useEffect, useEffectEvent } from 'react';

const MARK = 'gatepostComposer';

const isMarked = () => (window.history.state as Record<string, unknown> | null)?.[MARK] === true;

export function useSystemBack(shown: string | null, close: () => void): void {
  const leave = useEffectEvent(close);
  const on = shown !== null;
  // One step for all of them: what lies behind a closed one takes its place.
  useEffect(() => {
    if (shown !== null && !isMarked()) window.history.pushState({ [MARK]: true }, '');
  }, [shown]);
  useEffect(() => {
    if (!on) return;
    const went = () => {
      if (!isMarked()) leave();
    };
    window.addEventListener('popstate', went);
    return () => {
      window.removeEventListener('popstate', went);
      // Closed by its own button: the step is taken back.
      if (isMarked()) window.history.back();
    };
  }, [on]);
}
