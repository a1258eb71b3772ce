'use client';
import { useTranslations } from 'use-intl';
import { EmailList } from '@/components/thread/email-list';
import { cx } from '@/components/ui/class-names';
import { AccountNotice } from './account-notice';
import { PhoneBar } from './phone-bar';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

export function ListPane({ className }: { className?: string }) {
  const t = useTranslations('mail');
  const place = usePlaceName();
  const { selection } = useScreen();
  return (
    <section aria-label={t('list')} data-pane="list" className={cx('relative flex flex-col', className)}>
      <PhoneBar title={place} />
      <AccountNotice />
      <EmailList label={place} />
      <p role="status" className="sr-only">
        {selection.size > 0 ? t('selected', { n: selection.size }) : ''}
      </p>
    </section>
  );
}
