'use client';
/**
 * The name of an icon and its key, after a moment of hovering or at once on keyboard focus; Esc hides it (WCAG 1.4.13). The name
 * itself is the button's `aria-label`, so the tooltip is hidden from assistive technology.
 */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { placeElement } from './place';

const HOVER_DELAY_MS = 500;

interface TooltipProps {
  label: string;
  shortcut?: string;
  /** One element. */
  children: ReactNode;
}

export function Tooltip({ label, shortcut, children }: TooltipProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(false);

  useEffect(() => (anchor.current ? watch(anchor.current, setShown) : undefined), []);
  useLayoutEffect(() => {
    const opener = anchor.current?.firstElementChild;
    if (!shown || !tip.current || !opener) return;
    tip.current.showPopover();
    placeElement(tip.current, opener, { align: 'center' });
  }, [shown]);

  return (
    <span ref={anchor} className="contents">
      {children}
      {shown && (
        <span
          ref={tip}
          popover="manual"
          aria-hidden="true"
          data-edge=""
          className="pointer-events-none rounded-chip bg-text px-2 py-1 text-bg text-meta shadow-float"
        >
          {label}
          {shortcut && <span className="ms-2 opacity-75">{shortcut}</span>}
        </span>
      )}
    </span>
  );
}

function watch(anchor: HTMLElement, setShown: (shown: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ) => {
    // The span has no box of its own: pointerenter never reaches it, pointerover bubbles.
    anchor.addEventListener(type, listener, { signal: end.signal });
  };
  const hide = () => {
    clearTimeout(timer);
    timer = undefined;
    setShown(false);
  };
  on('pointerover', (event) => {
    if (event.pointerType === 'mouse') timer ??= setTimeout(() => setShown(true), HOVER_DELAY_MS);
  });
  on('pointerout', (event) => {
    if (!(event.relatedTarget instanceof Node && anchor.contains(event.relatedTarget))) hide();
  });
  on('pointerdown', hide);
  on('focusin', (event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) setShown(true);
  });
  on('focusout', hide);
  on('keydown', (event) => event.key === 'Escape' && hide());
  return () => {
    clearTimeout(timer);
    end.abort();
  };
}
