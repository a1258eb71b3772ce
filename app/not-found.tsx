import { buttonClass } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { translator } from '@/lib/i18n/request';

export default async function NotFound() {
  const t = await translator('ui');
  return (
    <MessagePage title={t('notFoundTitle')} text={t('notFound')}>
      <a href="/mail" className={buttonClass('outline')}>
        {t('toMail')}
      </a>
    </MessagePage>
  );
}
