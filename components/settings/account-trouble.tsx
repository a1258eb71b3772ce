'use client';
/** What is wrong with the account now, and the one thing to do. */
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { control } from '@/lib/client/control/request';
import type { Account } from '@/lib/client/control/types';
import { accountPath } from './account-part';
import { ChangeResult } from './change-result';
import { useChange } from './use-change';
import { useTimes } from './use-times';

export function AccountTrouble({ account, reload }: { account: Account; reload: () => void }) {
  const t = useTranslations();
  const times = useTimes();
  const change = useChange();
  const { connection, since, code, serverText } = account.state;
  if (connection !== 'offline' && connection !== 'needsPassword') return null;
  const host = account.incoming?.host ?? account.address;
  const time = since ? times.short(since) : '—';
  const refused = connection === 'needsPassword';
  const again = () =>
    change.run(async () => {
      await control('POST', `${accountPath(account.id)}/reconnect`);
      reload();
    });
  return (
    <div className="mb-6">
      <Notice
        tone={refused ? 'danger' : 'warn'}
        className="rounded-control"
        details={<ErrorDetails code={code} serverText={serverText} />}
        actions={
          refused ? (
            <a href="#password" className={buttonClass('outline')}>
              {t('settings.account.newPassword')}
            </a>
          ) : (
            <>
              <Button busy={change.busy} onClick={() => void again()}>
                {t('ui.tryAgain')}
              </Button>
              <a href="#connection" className={buttonClass('plain')}>
                {t('settings.account.check')}
              </a>
            </>
          )
        }
      >
        {refused
          ? t('account.broken', { account: account.name, host, time })
          : t('settings.account.offline', { host, time })}
      </Notice>
      <ChangeResult change={change} doneText={t('settings.account.again')} />
    </div>
  );
}
