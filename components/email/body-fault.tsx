'use client';
/** A text that could not be fetched says so in its place, with the way to try again (page.md §8). */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import type { JmapFault } from '@/lib/client/jmap';

export function BodyFault({ fault, retry }: { fault: JmapFault; retry: () => void }) {
  const t = useTranslations();
  return (
    <Notice
      tone="danger"
      live
      actions={<Button onClick={retry}>{t('ui.tryAgain')}</Button>}
      details={<ErrorDetails code={fault.code} serverText={fault.detail} />}
    >
      {t('read.bodyMissing')}
    </Notice>
  );
}
