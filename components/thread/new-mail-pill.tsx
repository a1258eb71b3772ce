'use client';
/** New mail while the reader is further down: told, never a jump (page.md §4). */
import { ArrowUp } from 'lucide-react';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { listHref } from '@/lib/client/route';
import { freshIn } from './fresh-mail';

const NEAR_TOP_PX = 40;
const NO_LIST = { ids: [] };

export function NewMailPill({ scroller }: { scroller: RefObject<HTMLDivElement | null> }) {
  const { list, all, route } = useScreen();
  const t = useTranslations('mail');
  const { ids } = list?.list ?? NO_LIST;
  // What is joined grows as the reader goes down, and begins with what is known.
  const total = all ? 0 : (list?.list.total ?? 0);
  const newest = ids[0] ?? null;
  const place = listHref(route);
  const now = { place, newest, total };
  const [seen, setSeen] = useState(now);
  const came = seen.place === place ? freshIn(ids, now.total, seen) : null;
  // Another place begins anew, and so does a list that has just come.
  const begins = came === null || (seen.newest === null && newest !== null);
  if (begins && (seen.place !== place || seen.newest !== newest)) setSeen(now);
  const fresh = came ?? 0;
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
