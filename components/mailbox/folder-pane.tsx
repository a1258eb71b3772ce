'use client';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { useAccounts } from '@/lib/client/hooks';
import { AccountFolders } from './account-folders';

/** Every account with its folders (page.md §7). */
export function FolderPane({ className }: { className?: string }) {
  const t = useTranslations('mail');
  const accounts = useAccounts();
  return (
    <nav
      aria-label={t('folders')}
      data-pane="folders"
      className={cx('overflow-y-auto bg-pane py-2', className)}
    >
      {accounts.map((account) => (
        <AccountFolders key={account.id} account={account} heading={accounts.length > 1} />
      ))}
    </nav>
  );
}
