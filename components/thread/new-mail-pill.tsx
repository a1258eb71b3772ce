'use client';
/** New mail while the reader is further down: told, never a jump (page.md §4). */
import { ArrowUp } from 'lucide-react';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { hrefOf } from '@/lib/client/route';

const NEAR_TOP_PX = 40;

export function NewMailPill({ scroller }: { scroller: RefObject<HTMLDivElement | null> }) {
  const { list, route } = useScreen();
  const t = useTranslations('mail');
  const newest = list?.list.ids[0] ?? null;
  const place = hrefOf({ ...route, threadId: null, folders: false });
  const [seen, setSeen] = useState({ place, newest });
  const fresh = seen.place === place && seen.newest !== null ? (list?.list.ids.indexOf(seen.newest) ?? 0) : 0;
  const see = useEffectEvent(() => {
    if (seen.place !== place || seen.newest !== newest) setSeen({ place, newest });
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
