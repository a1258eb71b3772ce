import type { Metadata } from 'next';
import { AccountList } from '@/components/settings/account-list';
import { Activity } from '@/components/settings/activity';
import { AppPasswordList } from '@/components/settings/app-passwords';
import { Appearance } from '@/components/settings/appearance';
import { DeviceList } from '@/components/settings/devices';
import { Identities } from '@/components/settings/identities';
import { KeysAndAbout } from '@/components/settings/keys-and-about';
import { Notifications } from '@/components/settings/notifications';
import { SectionList } from '@/components/settings/section-list';
import { SettingsPage } from '@/components/settings/settings-page';
import { SendingAndImages } from '@/components/settings/user-settings';
import { requestPreferences, translator } from '@/lib/i18n/request';
import { version } from '@/package.json';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('settings');
  return { title: t('title') };
}

export default async function Settings() {
  const t = await translator('settings');
  const ui = await translator('ui');
  const { language: _language, ...preferences } = await requestPreferences();
  return (
    <SettingsPage back="/mail" backLabel={ui('toMail')} title={t('title')} aside={<SectionList />}>
      <AccountList />
      <Identities />
      <Appearance preferences={preferences} />
      <Notifications />
      <SendingAndImages />
      <DeviceList />
      <AppPasswordList />
      <Activity />
      <KeysAndAbout version={version} />
    </SettingsPage>
  );
}
