'use client';
/** What was read, bars while it is on its way, or why it could not be read. */
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { Resource } from './use-resource';

export function Loaded<T>({
  resource,
  children,
}: {
  resource: Resource<T>;
  children: (value: T) => ReactNode;
}) {
  const t = useTranslations();
  const error = useTranslations('error');
  const { value, fault, reload } = resource;
  if (value !== null) return children(value);
  if (fault) {
    return (
      <Notice
        tone="danger"
        className="rounded-control"
        actions={<Button onClick={reload}>{t('ui.tryAgain')}</Button>}
        details={<ErrorDetails code={fault.code} serverText={fault.serverText} />}
      >
        {t('settings.loadFailed')} {errorSentence(error, fault)}
      </Notice>
    );
  }
  return (
    <Delayed>
      <p className="sr-only">{t('ui.loading')}</p>
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/2" />
    </Delayed>
  );
}
