'use client';
/** Unfolds more in place: the platform's <details> with a chevron. */
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface DisclosureProps {
  label: string;
  open?: boolean;
  onToggle?: (open: boolean) => void;
  children: ReactNode;
}

export function Disclosure({ label, open, onToggle, children }: DisclosureProps) {
  return (
    <details open={open} onToggle={(event) => onToggle?.(event.currentTarget.open)}>
      <summary className="target inline-flex select-none items-center gap-1 rounded-control pe-2 text-text-2 hover:text-text">
        <ChevronRight
          size={16}
          strokeWidth={1.75}
          aria-hidden="true"
          className="mirror transition-transform [details[open]>summary>&]:rotate-90"
        />
        {label}
      </summary>
      {children}
    </details>
  );
}
