'use client';
/** What a search has not looked into, while the mail server is at it and afterwards: below, so that no row moves when it goes. */
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useAccounts } from '@/lib/client/hooks';

export function SearchProgress() {
  const t = useTranslations('search');
  const { list: view, route } = useScreen();
  const host = useAccounts().find(({ id }) => id === route.accountId)?.incomingHost ?? '';
  if (route.view !== 'search') return null;
  const { partial = null, fault = null } = view?.list ?? {};
  const isSearching = partial === 'index' && fault === null;
  return (
    <p role="status" className="sticky bottom-0 z-sticky bg-bg px-8 text-meta text-text-3 max-md:px-4">
      {partial !== null && (
        <span className="block py-2">{isSearching ? t('searching', { host }) : t('partial', { host })}</span>
      )}
    </p>
  );
}
