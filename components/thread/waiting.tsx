'use client';
/** Opening a message may take as long as its mail server does: who is waited for, and the way back (page.md §8). */
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { go } from '@/components/shell/use-route';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Delayed } from '@/components/ui/skeleton';
import { useAccounts, useClient } from '@/lib/client/hooks';

const SAY_AFTER_MS = 3_000;
const SLOW_AFTER_MS = 15_000;

export function Waiting() {
  const t = useTranslations();
  const client = useClient();
  const { route } = useScreen();
  const host = useAccounts().find(({ id }) => id === route.accountId)?.incomingHost ?? '';
  const cancel = (
    <Button onClick={() => go({ ...route, threadId: null }, { replace: true })}>{t('ui.cancel')}</Button>
  );
  const quick = (
    <p role="status" className="flex flex-wrap items-center gap-3 px-4 text-row text-text-3 md:px-6">
      {host === '' ? t('mail.waiting') : t('mail.waitingFor', { host })}
      {cancel}
    </p>
  );
  const slow = (
    <Notice
      tone="warn"
      live
      actions={
        <>
          <Button onClick={() => void client.askServers([route.accountId])}>{t('ui.tryAgain')}</Button>
          {cancel}
        </>
      }
    >
      {t(host === '' ? 'read.slow' : 'read.slowHost', { host })}
    </Notice>
  );
  return (
    <Delayed ms={SAY_AFTER_MS}>
      <Delayed ms={SLOW_AFTER_MS - SAY_AFTER_MS} meanwhile={quick}>
        {slow}
      </Delayed>
    </Delayed>
  );
}
