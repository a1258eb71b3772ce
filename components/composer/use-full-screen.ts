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
    // iOS moves the page under its keyboard instead of making the page smaller. Two fingers that enlarge it are no keyboard.
    const measure = () =>
      setBox(viewport.scale > 1 ? null : { height: viewport.height, top: viewport.offsetTop });
    measure();
    viewport.addEventListener('resize', measure);
    viewport.addEventListener('scroll', measure);
    return () => {
      viewport.removeEventListener('resize', measure);
      viewport.removeEventListener('scroll', measure);
    };
  }, [on]);
  const height = box?.height;
  useEffect(() => {
    if (height !== undefined && panel.current) showCaret(panel.current);
  }, [panel, height]);
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

/** The smaller screen may end above the line that is being written. */
function showCaret(panel: HTMLElement): void {
  const field = document.activeElement;
  if (!field || !panel.contains(field)) return;
  const selection = window.getSelection();
  const line =
    field.matches('[contenteditable]') && selection && selection.rangeCount > 0
      ? selection.getRangeAt(0).endContainer
      : field;
  const element = line instanceof Element ? line : line.parentElement;
  element?.scrollIntoView({ block: 'nearest' });
}
