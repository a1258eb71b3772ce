'use client';
/** New mail while the reader is further down: told, never a jump (page.md §4). */
import { ArrowUp } from 'lucide-react';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { hrefOf } from '@/lib/client/route';
import type { Id } from '@/lib/jmap/types';

const NEAR_TOP_PX = 40;
const NO_LIST = { ids: [], total: null };

/** How many came since: by the place of what was the newest, or, where the top was not asked for again, by the list's length. */
function freshIn(
  ids: readonly (Id | null)[],
  total: number,
  seen: { newest: Id | null; total: number },
): number {
  if (ids[0] === null) return Math.max(0, total - seen.total);
  return seen.newest === null ? 0 : Math.max(0, ids.indexOf(seen.newest));
}

export function NewMailPill({ scroller }: { scroller: RefObject<HTMLDivElement | null> }) {
  const { list, route } = useScreen();
  const t = useTranslations('mail');
  const { ids, total } = list?.list ?? NO_LIST;
  const newest = ids[0] ?? null;
  const place = hrefOf({ ...route, threadId: null, folders: false });
  const now = { place, newest, total: total ?? 0 };
  const [seen, setSeen] = useState(now);
  // Another place begins anew, and so does a list that has just come.
  if (seen.place !== place || (seen.newest === null && newest !== null)) setSeen(now);
  const fresh = seen.place === place ? freshIn(ids, now.total, seen) : 0;
  const see = useEffectEvent(() => {
    if (seen.place !== place || seen.newest !== newest) setSeen(now);
  });
  useEffect(() => {
    const element = scroller.current;
    const atTop = () => (element?.scrollTop ?? 0) < NEAR_TOP_PX;
    if (fresh <= 0 || atTop()) see();
    const onScroll = () => atTop() && see();
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => element?.removeEventListener('scroll', onScroll);
  }, [scroller, fresh]);
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-10 z-sticky flex justify-center">
      {fresh > 0 && (
        <button
          type="button"
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
          className="target pointer-events-auto inline-flex items-center gap-2 rounded-full border border-line bg-raised px-4 text-accent text-ui shadow-float"
        >
          <ArrowUp size={16} strokeWidth={1.75} aria-hidden="true" />
          {t('newMessages', { n: fresh })}
        </button>
      )}
    </div>
  );
}
