'use client';
import { CircleUser, Keyboard, LogOut, Moon, RefreshCw, Settings, Signature, UserPlus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { useDark } from '@/components/email/use-dark';
import { IconButton } from '@/components/ui/icon-button';
import { MenuButton } from '@/components/ui/menu';
import { savePreference } from '@/components/ui/save-preference';
import { control, faultOf } from '@/lib/client/control/request';
import { useAccounts, useClient } from '@/lib/client/hooks';
import { signOut } from '@/lib/client/sign-out';
import { useScreen } from './screen';

export function AccountMenu() {
  const t = useTranslations('mail');
  const router = useRouter();
  const client = useClient();
  const { route, setDialog } = useScreen();
  const address = useAccounts().find(({ id }) => id === route.accountId)?.name ?? '';
  const dark = useDark();
  const turnDark = () => {
    const theme = dark ? 'light' : 'dark';
    // On this device at once; at the server for the next device, which may be told later as well.
    void savePreference('theme', theme);
    void control('PATCH', '/api/settings', { theme }).catch((error) =>
      client.toasts.show({ message: `error.${faultOf(error).code}`, tone: 'error' }),
    );
  };
  return (
    <MenuButton
      label={t('accountMenu', { address })}
      align="end"
      items={[
        { id: 'fetch', label: t('checkMail'), icon: RefreshCw, onSelect: () => void client.askServers() },
        {
          id: 'settings',
          label: t('settings'),
          icon: Settings,
          shortcut: 'g e',
          onSelect: () => router.push('/settings'),
        },
        {
          id: 'signature',
          label: t('signature'),
          icon: Signature,
          onSelect: () => router.push('/settings#signature'),
        },
        {
          id: 'add',
          label: t('addAccount'),
          icon: UserPlus,
          onSelect: () => router.push('/settings/accounts/new'),
        },
        { id: 'dark', label: t('dark'), icon: Moon, checked: dark, onSelect: turnDark },
        { id: 'keys', label: t('keys'), icon: Keyboard, shortcut: '?', onSelect: () => setDialog('keys') },
        { id: 'out', label: t('signOut'), icon: LogOut, startsGroup: true, onSelect: () => void signOut() },
      ]}
    >
      {(button) => <IconButton {...button} icon={CircleUser} label={t('accountMenu', { address })} />}
    </MenuButton>
  );
}
