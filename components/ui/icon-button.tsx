'use client';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './class-names';
import { Tooltip } from './tooltip';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon;
  /** The accessible name, and the tooltip's text. */
  label: string;
  /** The key that does the same, shown in the tooltip: `e`, `Ctrl+Enter`. */
  shortcut?: string;
  /** 16 in rows, 20 in bars. */
  size?: 16 | 20;
  /** The icon's filled form: "on". */
  on?: boolean;
  /** Show the label beside the icon from 1280 px. */
  wide?: boolean;
}

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  size = 20,
  on,
  wide,
  className,
  type,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        {...rest}
        type={type ?? 'button'}
        aria-label={label}
        aria-pressed={on}
        aria-keyshortcuts={shortcut}
        className={cx(
          'target inline-flex shrink-0 items-center justify-center gap-2 rounded-control text-text-2 transition-colors',
          'hover:bg-hover hover:text-text disabled:cursor-default disabled:opacity-50',
          wide && 'xl:px-2',
          className,
        )}
      >
        <Icon size={size} strokeWidth={1.75} fill={on ? 'currentColor' : 'none'} aria-hidden="true" />
        {wide && (
          <span aria-hidden="true" className="hidden text-ui xl:inline">
            {label}
          </span>
        )}
      </button>
    </Tooltip>
  );
}
