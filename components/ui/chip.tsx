'use client';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

interface ChipProps {
  children: ReactNode;
  icon?: ReactNode;
  /** Words that say why it is marked; with them the edge turns red. */
  error?: string;
  /** With its name: "Remove anna@example.org". */
  onRemove?: () => void;
  removeLabel?: string;
  className?: string;
}

export function Chip({ children, icon, error, onRemove, removeLabel, className }: ChipProps) {
  return (
    <span
      data-edge=""
      title={error}
      className={cx(
        'inline-flex h-7 max-w-full pointer-coarse:h-11 items-center gap-1 rounded-chip border ps-2 text-ui',
        error ? 'border-danger text-danger' : 'border-line text-text',
        onRemove ? 'pe-0' : 'pe-2',
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
      {error && <span className="sr-only">{error}</span>}
      {onRemove && (
        <button
          type="button"
          aria-label={removeLabel}
          onClick={onRemove}
          className="ring-inside inline-flex size-7 shrink-0 items-center pointer-coarse:size-11 justify-center rounded-chip hover:bg-hover"
        >
          <X size={16} strokeWidth={1.75} aria-hidden="true" />
        </button>
      )}
    </span>
  );
}
