import type { ComponentProps, ReactNode } from 'react';
import { type ClassName, cx } from './class-names';

export type ButtonLook = 'filled' | 'plain' | 'outline' | 'danger';

const LOOKS: Record<ButtonLook, string> = {
  filled: 'bg-accent text-on-accent border-accent hover:opacity-90 px-4 font-medium',
  outline: 'border-control bg-bg text-text hover:bg-hover px-4',
  plain: 'border-transparent text-accent hover:bg-hover px-3',
  danger: 'border-danger text-danger hover:bg-danger-bg px-4',
};

export function buttonClass(look: ButtonLook = 'outline', extra?: ClassName): string {
  return cx(
    'target inline-flex select-none items-center justify-center gap-2 rounded-control border py-1 text-ui no-underline',
    'transition-colors disabled:cursor-default disabled:opacity-50 aria-disabled:opacity-50',
    LOOKS[look],
    extra,
  );
}

export interface ButtonProps extends ComponentProps<'button'> {
  look?: ButtonLook;
  /** Shown as working: stays focusable, takes no second click. */
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({
  look,
  busy = false,
  icon,
  className,
  children,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      data-edge=""
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={buttonClass(look, className)}
    >
      {icon}
      {children}
    </button>
  );
}
