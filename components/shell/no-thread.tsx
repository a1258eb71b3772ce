'use client';
import { useTranslations } from 'use-intl';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

/** One quiet line: nothing is wrong, nothing is chosen. */
export function NoThread() {
  const t = useTranslations('mail');
  const place = usePlaceName();
  const { mailbox } = useScreen();
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-1 px-4 text-center">
      <p className="text-body text-text-2">{t('nothingOpen')}</p>
      {mailbox && mailbox.unreadEmails > 0 && (
        <p className="text-row text-text-3">{t('unreadIn', { n: mailbox.unreadEmails, folder: place })}</p>
      )}
    </div>
  );
}
