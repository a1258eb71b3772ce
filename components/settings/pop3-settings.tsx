'use client';
/** What collecting does at the provider and here; each choice takes effect at once. */
import { useTranslations } from 'use-intl';
import { useFileSize } from '@/components/email/file-size';
import { Button } from '@/components/ui/button';
import { Progress } from '@/components/ui/progress';
import { control } from '@/lib/client/control/request';
import type { Pop3Settings as Settings } from '@/lib/client/control/types';
import { useAccounts } from '@/lib/client/hooks';
import { type AccountPartProps, accountPath } from './account-part';
import { ChangeResult } from './change-result';
import { Pop3Delivery } from './pop3-delivery';
import { Pop3History } from './pop3-history';
import { Pop3OnServer } from './pop3-on-server';
import { Pop3Sessions } from './pop3-sessions';
import { Pop3Skipped } from './pop3-skipped';
import { useAccountPatch } from './use-account-patch';
import { useChange } from './use-change';

export function Pop3Settings({ account, onChange }: AccountPartProps) {
  const pop3 = useTranslations('pop3');
  const { change, patch } = useAccountPatch(account, onChange);
  const set = (part: Partial<Settings>) => void patch({ settings: { pop3: part } });
  const parts = { settings: account.settings.pop3, busy: change.busy, set };
  return (
    <>
      <p className="text-text-2">{pop3('local', { provider: account.incoming?.host ?? account.address })}</p>
      <Pop3OnServer {...parts} />
      <Pop3Delivery {...parts} accountId={account.id} />
      <Pop3Sessions {...parts} />
      <ChangeResult change={change} />
      <CollectNow id={account.id} />
      <Pop3History id={account.id}>
        {({ skipped }) =>
          parts.settings.firstRun === 'ask' && skipped > 0 && <Pop3Skipped skipped={skipped} {...parts} />
        }
      </Pop3History>
    </>
  );
}

function CollectNow({ id }: { id: string }) {
  const t = useTranslations('settings.account');
  const change = useChange();
  const stop = useChange();
  const path = `${accountPath(id)}/fetch`;
  const collecting = useAccounts().find((account) => account.id === id)?.collecting ?? null;
  const start = () => change.run(() => control('POST', path));
  return (
    <>
      <div>
        <Button busy={change.busy || collecting !== null} onClick={() => void start()}>
          {t('fetchNow')}
        </Button>
      </div>
      {collecting ? (
        <>
          <Collecting {...collecting} />
          <div>
            <Button
              look="plain"
              busy={stop.busy}
              onClick={() => void stop.run(() => control('DELETE', path))}
            >
              {t('fetchStop')}
            </Button>
          </div>
        </>
      ) : (
        <ChangeResult change={change} doneText={t('fetchDone')} />
      )}
    </>
  );
}

function Collecting({ done, total, bytes }: { done: number; total: number; bytes: number }) {
  const fileSize = useFileSize();
  const t = useTranslations('settings.account');
  return (
    <div className="flex flex-col gap-1">
      <Progress label={t('fetchNow')} value={total > 0 ? done / total : null} />
      <p role="status" className="text-row text-text-2">
        {t('fetching', { done, total })}
        {bytes > 0 && ` (${fileSize(bytes)})`}
      </p>
    </div>
  );
}
