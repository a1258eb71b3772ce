'use client';
/** What the first collecting left at the provider: whether it is wanted, too. */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Pop3PartProps } from './pop3-part';

export function Pop3Skipped({ skipped, busy, set }: Pop3PartProps & { skipped: number }) {
  const t = useTranslations('pop3');
  return (
    <Notice
      actions={
        <>
          <Button busy={busy} onClick={() => set({ firstRun: 'all' })}>
            {t('skippedAll')}
          </Button>
          <Button look="plain" disabled={busy} onClick={() => set({ firstRun: 'days' })}>
            {t('skippedNone')}
          </Button>
        </>
      }
    >
      {t('skipped', { n: skipped })}
    </Notice>
  );
}
