'use client';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';

interface FailedProps {
  error: Error & { digest?: string };
  reset: () => void;
}

export default function Failed({ error, reset }: FailedProps) {
  const t = useTranslations('ui');
  return (
    <MessagePage title={t('failedTitle')} text={t('failed', { id: error.digest ?? '0' })}>
      <Button look="filled" onClick={reset}>
        {t('tryAgain')}
      </Button>
    </MessagePage>
  );
}
