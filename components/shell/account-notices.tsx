'use client';
/** Why an account is not up to date: what, since when, one action (page.md §8). What is known stays below it. */
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useClock } from '@/components/thread/use-clock';
import { Button, buttonClass } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { useJoinedIds } from '@/lib/client/all-inboxes';
import { type AccountInfo, useAccount, useAccounts, useClient } from '@/lib/client/hooks';
import type { JmapFault } from '@/lib/client/jmap';
import { listTime } from '@/lib/i18n/dates';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { useScreen } from './screen';

export function AccountNotices() {
  const { route, all, list } = useScreen();
  const joined = useJoinedIds();
  const several = route.view === 'all';
  const shown = useAccounts().filter(({ id }) => (several ? joined.includes(id) : id === route.accountId));
  return shown.map((info) => {
    const failed = all?.inboxes.find(({ account }) => account.id === info.id)?.list?.fault ?? null;
    // A list that could not be fetched says it in its own place.
    const told = !several && Boolean(list?.list.fault);
    return <AccountNotice key={info.id} info={info} named={several} failed={failed} told={told} />;
  });
}

interface Props {
  info: AccountInfo;
  /** Where there are several, it says which. */
  named: boolean;
  /** Its part of the list could not be fetched. */
  failed: JmapFault | null;
  told: boolean;
}

function AccountNotice({ info, named, failed, told }: Props) {
  const t = useTranslations();
  const tError = useTranslations('error');
  const clock = useClock();
  const client = useClient();
  const { all } = useScreen();
  const fault = useAccount(info.id)?.fault;
  const time = info.since ? listTime(Date.parse(info.since), clock) : '';
  const askAgain = () => {
    if (failed) all?.retry();
    void client.askServers([info.id]);
  };
  const again = <Button onClick={askAgain}>{t('ui.tryAgain')}</Button>;
  const name = named && <span className="font-semibold">{info.name}: </span>;
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
  const wrong = failed ?? (told ? null : fault);
  const trouble =
    info.connection === 'offline'
      ? {
          code: info.errorCode,
          serverText: info.serverText,
          words: t('mail.serverDown', { host: info.incomingHost, time }),
        }
      : wrong && { code: wrong.code, serverText: wrong.detail, words: errorSentence(tError, wrong) };
  if (!trouble) return null;
  const { code, serverText, words } = trouble;
  return (
    <Notice tone="warn" actions={again} details={<ErrorDetails code={code} serverText={serverText} />}>
      {name}
      {words}
    </Notice>
  );
}
