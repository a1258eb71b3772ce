'use client';
/**
 * The name of an icon and its key, after a moment of hovering or at once on keyboard focus; Esc hides it (WCAG 1.4.13). The name
 * itself is the button's `aria-label`, so the tooltip is hidden from assistive technology.
 */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { placeElement } from './place';

const HOVER_DELAY_MS = 500;

export function Tooltip({
  label,
  shortcut,
  children,
}: {
  label: string;
  shortcut?: string;
  children: ReactNode;
}) {
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [shown, setShown] = useState(false);

  useEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {
    const opener = anchor.current?.firstElementChild;
    if (!shown || !tip.current || !opener) return;
    tip.current.showPopover();
    placeElement(tip.current, opener, { align: 'center' });
  }, [shown]);

  const hide = () => {
    clearTimeout(timer.current);
    setShown(false);
  };
  return (
    <span
      ref={anchor}
      className="contents"
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') timer.current = setTimeout(() => setShown(true), HOVER_DELAY_MS);
      }}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && setShown(true)}
      onBlur={hide}
      onKeyDown={(event) => event.key === 'Escape' && hide()}
    >
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
          {shortcut && <kbd className="ms-2 font-sans opacity-75">{shortcut}</kbd>}
        </span>
      )}
    </span>
  );
}
