'use client';
/** The accounts in their order, each with how it stands; one that fails never hides the others. */
import { ArrowDown, ArrowUp, Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { control } from '@/lib/client/control/request';
import type { Account } from '@/lib/client/control/types';
import { AccountState } from './account-state';
import { ChangeResult } from './change-result';
import { Loaded } from './loaded';
import { Section } from './section';
import { useChange } from './use-change';
import { useResource } from './use-resource';

interface Accounts {
  accounts: Account[];
}

export function AccountList() {
  const t = useTranslations('settings');
  const resource = useResource<Accounts>('/api/accounts');
  return (
    <Section id="accounts" title={t('accounts')}>
      <Loaded resource={resource}>
        {({ accounts }) => <Rows accounts={accounts} onChange={(next) => resource.set({ accounts: next })} />}
      </Loaded>
      <div>
        <Link href="/settings/accounts/new" className={buttonClass('outline')}>
          <Plus size={16} strokeWidth={1.75} aria-hidden="true" />
          {t('account.add')}
        </Link>
      </div>
    </Section>
  );
}

function Rows({ accounts, onChange }: { accounts: Account[]; onChange: (accounts: Account[]) => void }) {
  const t = useTranslations('settings.account');
  const change = useChange();
  const [said, setSaid] = useState('');
  const move = (from: number, to: number) => {
    const moved = accounts[from];
    if (!moved) return;
    const others = accounts.filter((account) => account !== moved);
    onChange(others.toSpliced(to, 0, moved));
    setSaid(t('moved', { name: moved.name, n: to + 1 }));
    void change.run(async () => {
      await control('PATCH', `/api/accounts/${encodeURIComponent(moved.id)}`, { position: to });
    });
  };
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {accounts.map((account, index) => (
          <li key={account.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 py-2">
            <div className="min-w-40 flex-1">
              <p className="truncate font-medium">{account.name}</p>
              <AccountState account={account} />
            </div>
            {accounts.length > 1 && (
              <>
                <IconButton
                  icon={ArrowUp}
                  label={t('up', { name: account.name })}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  icon={ArrowDown}
                  label={t('down', { name: account.name })}
                  disabled={index === accounts.length - 1}
                  onClick={() => move(index, index + 1)}
                />
              </>
            )}
            <Link
              href={`/settings/accounts/${encodeURIComponent(account.id)}`}
              aria-label={t('editNamed', { name: account.name })}
              className={buttonClass('outline')}
            >
              {t('edit')}
            </Link>
          </li>
        ))}
      </ul>
      <p role="status" className="sr-only">
        {said}
      </p>
      {change.fault && <ChangeResult change={change} />}
    </>
  );
}
