'use client';
/** The phone's full screen: what lies behind takes no focus, and the keyboard never covers what is typed (page.md §6). */
import { type RefObject, useEffect, useState } from 'react';

export function useFullScreen(
  panel: RefObject<HTMLElement | null>,
  on: boolean,
): React.CSSProperties | undefined {
  const [box, setBox] = useState<{ height: number; top: number } | null>(null);
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!on || !viewport) return;
    // iOS moves the page under its keyboard instead of making the page smaller.
    const measure = () => setBox({ height: viewport.height, top: viewport.offsetTop });
    measure();
    viewport.addEventListener('resize', measure);
    viewport.addEventListener('scroll', measure);
    return () => {
      viewport.removeEventListener('resize', measure);
      viewport.removeEventListener('scroll', measure);
    };
  }, [on]);
  useEffect(() => {
    const dock = panel.current?.closest('[data-composers]');
    if (!on || !dock) return;
    const behind = [...(dock.parentElement?.children ?? [])].filter(
      (element) =>
        element !== dock && !element.hasAttribute('inert') && !element.querySelector('[role="status"]'),
    );
    for (const element of behind) element.setAttribute('inert', '');
    return () => {
      for (const element of behind) element.removeAttribute('inert');
    };
  }, [panel, on]);
  return on && box ? { height: box.height, top: box.top } : undefined;
}
