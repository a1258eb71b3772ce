/** One line where it happened: what, and what can be done. A word and an icon, never colour alone. */
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

export type Tone = 'info' | 'warn' | 'danger';

const LOOK = {
  info: { icon: Info, colour: 'bg-pane text-text-2' },
  warn: { icon: TriangleAlert, colour: 'bg-warn-bg text-warn' },
  danger: { icon: OctagonAlert, colour: 'bg-danger-bg text-danger' },
} as const;

interface NoticeProps {
  tone?: Tone;
  children: ReactNode;
  actions?: ReactNode;
  /** Unfolds below, e.g. <ErrorDetails>. */
  details?: ReactNode;
  /** Said by screen readers when it appears: a failure at once, the rest when they are done speaking. */
  live?: boolean;
  className?: string;
}

export function Notice({ tone = 'info', children, actions, details, live, className }: NoticeProps) {
  const { icon: Icon, colour } = LOOK[tone];
  return (
    <div
      {...(live ? { role: tone === 'danger' ? 'alert' : 'status' } : {})}
      data-edge=""
      className={cx('px-4 py-1', colour, className)}
    >
      <div className="flex min-h-8 flex-wrap items-start gap-x-3 gap-y-1">
        <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="mt-2 shrink-0" />
        <div className="min-w-48 flex-1 py-1.5 text-ui">{children}</div>
        {actions && <div className="flex flex-wrap gap-1">{actions}</div>}
      </div>
      {details && <div className="ps-7 pb-1">{details}</div>}
    </div>
  );
}
