'use client';
/** What a search has not looked into, while the mail server is at it and afterwards: below, so that no row moves when it goes. */
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useAccounts } from '@/lib/client/hooks';
import { isUnfinished } from '@/lib/client/lists';
import { fullDay } from '@/lib/i18n/dates';
import { useClock } from './use-clock';

export function SearchProgress() {
  const t = useTranslations('search');
  const clock = useClock();
  const { list: view, route } = useScreen();
  const host = useAccounts().find(({ id }) => id === route.accountId)?.incomingHost ?? '';
  if (route.view !== 'search') return null;
  const list = view?.list;
  const said = () => {
    if (!list || list.partial === null) return null;
    if (!isUnfinished(list)) return t('partial', { host });
    return list.backTo === null
      ? t('searching', { host })
      : t('searchedBack', { host, date: fullDay(Date.parse(list.backTo), clock) });
  };
  const text = said();
  return (
    <p role="status" className="sticky bottom-0 z-sticky bg-bg px-8 text-meta text-text-3 max-md:px-4">
      {text !== null && <span className="block py-2">{text}</span>}
    </p>
  );
}
