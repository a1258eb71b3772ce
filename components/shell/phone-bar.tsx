'use client';
/** The phone's top bar: folders, title, search; hides while the list goes down, comes back when it goes up. */
import { Menu, Search } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { SearchField } from '@/components/search/search-field';
import { cx } from '@/components/ui/class-names';
import { IconButton } from '@/components/ui/icon-button';
import { searchRoute } from '@/lib/client/route';
import { AccountMenu } from './account-menu';
import { useScreen } from './screen';
import { SelectionBar } from './selection-bar';
import { go } from './use-route';

/** Less is a finger that trembles. */
const TRAVEL_PX = 12;

export function PhoneBar({ title }: { title: string }) {
  const t = useTranslations();
  const { route, selection } = useScreen();
  const bar = useRef<HTMLElement>(null);
  const hidden = useHideOnScroll(bar) && selection.size === 0;
  return (
    <header
      ref={bar}
      className={cx(
        'z-sticky flex h-12 shrink-0 items-center gap-1 border-line border-b bg-pane px-1 transition-[margin] duration-180 md:hidden print:hidden',
        hidden && '-mt-12',
      )}
      inert={hidden}
    >
      {selection.size > 0 ? (
        <SelectionBar />
      ) : (
        <>
          <IconButton icon={Menu} label={t('mail.folders')} onClick={() => go({ ...route, folders: true })} />
          <p
            className={cx(
              'min-w-0 truncate font-semibold text-body',
              route.view === 'search' ? 'sr-only' : 'flex-1',
            )}
          >
            {title}
          </p>
          {route.view === 'search' ? (
            <SearchField className="me-2 min-w-0 flex-1" />
          ) : (
            <IconButton
              icon={Search}
              label={t('mail.search')}
              onClick={() => go(searchRoute(route.accountId))}
            />
          )}
          {route.view !== 'search' && <AccountMenu />}
        </>
      )}
    </header>
  );
}

function useHideOnScroll(bar: RefObject<HTMLElement | null>): boolean {
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    const scroller = bar.current?.parentElement?.querySelector('[data-list-scroller]');
    let from = 0;
    const onScroll = () => {
      const top = scroller?.scrollTop ?? 0;
      if (Math.abs(top - from) < TRAVEL_PX) return;
      setHidden(top > from && top > 96);
      from = top;
    };
    scroller?.addEventListener('scroll', onScroll, { passive: true });
    return () => scroller?.removeEventListener('scroll', onScroll);
  }, [bar]);
  return hidden;
}
