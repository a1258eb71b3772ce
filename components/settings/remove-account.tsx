'use client';
/** Cannot be undone: asks, and says what is deleted and what stays. */
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { control } from '@/lib/client/control/request';
import type { Account } from '@/lib/client/control/types';
import { removeUser } from '@/lib/client/sign-out';
import { accountPath } from './account-part';
import { ChangeResult } from './change-result';
import { useChange } from './use-change';
import { useResource } from './use-resource';

export function RemoveAccount({ account }: { account: Account }) {
  const t = useTranslations('settings.account');
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      {asking && <RemoveDialog account={account} onClose={() => setAsking(false)} />}
    </div>
  );
}

function RemoveDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = useTranslations('settings.account');
  const ui = useTranslations('ui');
  const router = useRouter();
  const change = useChange();
  const all = useResource<{ accounts: Account[] }>('/api/accounts');
  const last = all.value?.accounts.length === 1;
  const { address } = account;
  const host = account.incoming?.host ?? address;
  const remove = () =>
    change.run(async () => {
      if (last) return removeUser();
      await control('DELETE', accountPath(account.id));
      router.replace('/settings');
      router.refresh();
    });
  return (
    <Dialog
      title={t('removeTitle', { name: account.name })}
      onClose={onClose}
      actions={
        <>
          <Button look="plain" onClick={onClose}>
            {ui('cancel')}
          </Button>
          <Button look="danger" busy={change.busy || all.value === null} onClick={() => void remove()}>
            {t('remove')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2">
        {account.kind === 'imap' && <p>{t('removeImap', { address, host })}</p>}
        {account.kind === 'pop3' && <p>{t('removePop3', { address, host })}</p>}
        {account.kind === 'demo' && <p>{t('removeDemo')}</p>}
        {last && <p className="font-medium">{t('removeLast')}</p>}
        <p className="text-text-2">{t('removeForEver')}</p>
        <ChangeResult change={change} />
      </div>
    </Dialog>
  );
}
