import { Skeleton } from '@/components/ui/skeleton';
import { CELL, ROW } from './grid-roles';

/** A row that is on its way: its true height, so that nothing moves when it comes. */
export function RowBars({ index, height }: { index?: number; height: number }) {
  return (
    <div
      {...(index === undefined ? {} : { ...ROW, 'aria-rowindex': index + 1 })}
      className="flex flex-col justify-center gap-2 border-line border-b ps-6 pe-4"
      style={{ height: 'var(--row)' }}
    >
      <span {...(index === undefined ? {} : CELL)} className="flex flex-col gap-2">
        <Skeleton className="w-2/5" />
        {height > 40 && <Skeleton className="w-4/5" />}
      </span>
    </div>
  );
}
