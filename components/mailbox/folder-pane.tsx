'use client';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { useAccounts } from '@/lib/client/hooks';
import { AccountFolders } from './account-folders';
import { AllInboxesRow } from './all-inboxes-row';

/** Every account with its folders (page.md §7); what is passed in stands at its end. */
export function FolderPane({ className, children }: { className?: string; children?: ReactNode }) {
  const t = useTranslations('mail');
  const accounts = useAccounts();
  return (
    <nav aria-label={t('folders')} data-pane="folders" className={cx('flex bg-pane', className)}>
      <div className="min-w-0 flex-1 overflow-y-auto py-2">
        {accounts.length > 1 && <AllInboxesRow />}
        {accounts.map((account, index) => (
          <AccountFolders key={account.id} account={account} order={accounts.length > 1 ? index : null} />
        ))}
      </div>
      {children}
    </nav>
  );
}
