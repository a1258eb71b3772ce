import type { ReactNode } from 'react';

/** One line, one quieter line, one action; no drawing (page.md §8). */
export function EmptyState({
  title,
  hint,
  action,
}: {
  title: ReactNode;
  hint?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <p className="text-body text-text-2">{title}</p>
      {hint && <p className="text-row text-text-3">{hint}</p>}
      {action}
    </div>
  );
}
