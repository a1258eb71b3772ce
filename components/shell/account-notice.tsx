'use client';
/** Why an account is not up to date: what, since when, one action (page.md §8). What is known stays below it. */
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useClock } from '@/components/thread/use-clock';
import { Button, buttonClass } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { useAccounts, useClient } from '@/lib/client/hooks';
import { listTime } from '@/lib/i18n/dates';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { useScreen } from './screen';

export function AccountNotice() {
  const t = useTranslations();
  const tError = useTranslations('error');
  const clock = useClock();
  const client = useClient();
  const { route, account, list } = useScreen();
  const info = useAccounts().find(({ id }) => id === route.accountId);
  if (!info) return null;
  const time = info.since ? listTime(Date.parse(info.since), clock) : '';
  const again = <Button onClick={() => void client.askServers([route.accountId])}>{t('ui.tryAgain')}</Button>;
  if (info.connection === 'needsPassword') {
    const password = (
      <Link href={`/settings/accounts/${encodeURIComponent(info.id)}`} className={buttonClass('outline')}>
        {t('mail.newPassword')}
      </Link>
    );
    return (
      <Notice
        tone="danger"
        actions={password}
        details={<ErrorDetails code={info.errorCode} serverText={info.serverText} />}
      >
        {t('account.broken', { account: info.name, host: info.incomingHost, time })}
      </Notice>
    );
  }
  if (info.connection === 'offline') {
    return (
      <Notice
        tone="warn"
        actions={again}
        details={<ErrorDetails code={info.errorCode} serverText={info.serverText} />}
      >
        {t('mail.serverDown', { host: info.incomingHost, time })}
      </Notice>
    );
  }
  // A list that could not be fetched says it in its own place.
  if (!account?.fault || list?.list.fault) return null;
  return (
    <Notice
      tone="warn"
      actions={again}
      details={<ErrorDetails code={account.fault.code} serverText={account.fault.detail} />}
    >
      {errorSentence(tError, account.fault)}
    </Notice>
  );
}
