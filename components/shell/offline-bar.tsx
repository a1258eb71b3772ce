'use client';
import { CloudOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useClock } from '@/components/thread/use-clock';
import { useLink } from '@/lib/client/hooks';
import { listTime } from '@/lib/i18n/dates';

/** How old the mail is and what waits; everything known keeps working (page.md §8). */
export function OfflineBar() {
  const { offline, lastHeard, waiting } = useLink();
  const t = useTranslations('offline');
  const clock = useClock();
  return (
    <div role="status" className="print:hidden">
      {offline && (
        <p className="flex min-h-7 items-center gap-2 bg-warn-bg px-4 py-1 text-row text-warn">
          <CloudOff size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
          {t('bar', { time: listTime(lastHeard ?? clock.now, clock), n: waiting })}
        </p>
      )}
    </div>
  );
}
