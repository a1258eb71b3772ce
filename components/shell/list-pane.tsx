'use client';
import { useTranslations } from 'use-intl';
import { SearchChips } from '@/components/search/search-chips';
import { EmailList } from '@/components/thread/email-list';
import { cx } from '@/components/ui/class-names';
import { AccountNotices } from './account-notices';
import { EmptyBar } from './empty-bar';
import { PhoneBar } from './phone-bar';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

export function ListPane({ className }: { className?: string }) {
  const t = useTranslations('mail');
  const place = usePlaceName();
  const { selection, route } = useScreen();
  return (
    <section aria-label={t('list')} data-pane="list" className={cx('relative flex flex-col', className)}>
      <PhoneBar title={place} />
      <AccountNotices />
      {route.view === 'search' && <SearchChips />}
      <EmptyBar />
      <EmailList label={place} />
      <p role="status" className="sr-only">
        {selection.size > 0 ? t('selected', { n: selection.size }) : ''}
      </p>
    </section>
  );
}
