'use client';
/** The phone's full screen is a place of its own in the history: the system's Back closes it and stays in the mail (page.md §6). */
import { useEffect, useEffectEvent } from 'react';

const MARK = 'gatepostComposer';
/** Next's own mark. Going back to an entry without it, its router loads the page anew, and what is on it is gone. */
const NEXT = '__NA';

type State = Record<string, unknown> | null;
const state = () => window.history.state as State;
const isMarked = () => state()?.[MARK] === true;

export function useSystemBack(shown: string | null, close: () => void): void {
  const leave = useEffectEvent(close);
  const on = shown !== null;
  // One step for all of them: what lies behind a closed one takes its place.
  useEffect(() => {
    if (shown !== null && !isMarked()) step();
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

function step(): void {
  const here = state();
  if (here?.[NEXT] !== true) {
    window.history.replaceState({ ...here, [NEXT]: true }, '');
    // From further away the page is to be loaded as before: past Next's own replaceState, which would keep the mark.
    const back = () => History.prototype.replaceState.call(window.history, here, '');
    window.addEventListener('popstate', back, { once: true });
  }
  window.history.pushState({ [MARK]: true }, '');
}
