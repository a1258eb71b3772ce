import type { Metadata } from 'next';
import { AccountPage } from '@/components/settings/account-page';
import { SettingsPage } from '@/components/settings/settings-page';
import { config } from '@/lib/config';
import { translator } from '@/lib/i18n/request';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('settings');
  return { title: t('account.title') };
}

export default async function AccountSettings({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const t = await translator('settings');
  return (
    <SettingsPage back="/settings" backLabel={t('title')} title={t('account.title')}>
      <AccountPage id={decodeURIComponent(id)} fixedServers={config().fixed !== null} />
    </SettingsPage>
  );
}
