'use client';
import { type ReactNode, useEffect, useState } from 'react';
import { cx } from './class-names';

/** page.md §8: what is quick shows no waiting state at all. */
const SHOW_AFTER_MS = 150;

interface DelayedProps {
  ms?: number;
  /** Shown before; nothing by default. */
  meanwhile?: ReactNode;
  children: ReactNode;
}

/** Children after the delay. */
export function Delayed({ ms = SHOW_AFTER_MS, meanwhile = null, children }: DelayedProps) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return shown ? children : meanwhile;
}

/** One bar; give it the height of what it stands for. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block h-3 rounded-chip bg-hover', className)} />;
}
