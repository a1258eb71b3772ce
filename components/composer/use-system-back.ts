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
    const stop = onStepBack(() => {
      if (!isMarked()) leave();
    });
    return () => {
      stop();
      if (isMarked()) takeBack();
    };
  }, [on]);
}

/** Closed by its own button. */
function takeBack(): void {
  const stop = onStepBack(() => stop());
  window.history.back();
}

/** The address stays: the router is not told, it would fetch the page again that it is on. */
function onStepBack(went: () => void): () => void {
  const { href } = window.location;
  const heard = (event: PopStateEvent) => {
    if (window.location.href === href) event.stopImmediatePropagation();
    went();
  };
  // Before the router, which listens to the same.
  window.addEventListener('popstate', heard, { capture: true });
  return () => window.removeEventListener('popstate', heard, { capture: true });
}
