'use client';
/** A box that floats beside its opener (platform popover: light dismiss, Esc, top layer). */
import { type ReactNode, type RefObject, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { cx } from './class-names';
import { placeElement, type Side } from './place';

interface PopoverProps {
  opener: RefObject<HTMLElement | null>;
  onClose: () => void;
  children: ReactNode;
  side?: Side;
  align?: 'start' | 'end';
  label?: string;
  className?: string;
}

export function Popover({ opener, onClose, children, side, align, label, className }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  const close = useEffectEvent(onClose);

  useLayoutEffect(() => {
    const float = box.current;
    if (!float) return;
    const toggled = (event: ToggleEvent) => event.newState === 'closed' && close();
    const position = () => opener.current && placeElement(float, opener.current, { side, align });
    float.showPopover();
    position();
    float.addEventListener('toggle', toggled);
    window.addEventListener('resize', position);
    return () => {
      float.removeEventListener('toggle', toggled);
      window.removeEventListener('resize', position);
    };
  }, [opener, side, align]);

  return (
    <div
      ref={box}
      popover="auto"
      {...(label ? { role: 'dialog', 'aria-label': label } : {})}
      data-edge=""
      className={cx(
        'max-h-[min(80dvh,40rem)] max-w-[calc(100vw-1rem)] overflow-y-auto rounded-float border border-line bg-raised text-text shadow-float',
        className,
      )}
    >
      {children}
    </div>
  );
}
