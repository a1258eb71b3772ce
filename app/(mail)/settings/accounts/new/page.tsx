import type { Metadata } from 'next';
import { AddAccount } from '@/components/settings/add-account';
import { SettingsPage } from '@/components/settings/settings-page';
import { config } from '@/lib/config';
import { translator } from '@/lib/i18n/request';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('settings');
  return { title: t('account.addTitle') };
}

export default async function NewAccount() {
  const t = await translator('settings');
  const { fixed, mailDomain } = config();
  return (
    <SettingsPage
      back="/settings"
      backLabel={t('title')}
      title={t('account.addTitle')}
      hint={t('account.addHint')}
    >
      <div className="max-w-104">
        <AddAccount rules={{ fixed: fixed !== null, mailDomain }} />
      </div>
    </SettingsPage>
  );
}
