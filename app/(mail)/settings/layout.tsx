import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { ConfirmProvider } from '@/components/settings/confirm';
import { pagePrincipal } from '@/lib/auth/authenticate';
import { Translated } from '@/lib/i18n/translated';

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  if (!(await pagePrincipal())) redirect('/sign-in?next=/settings');
  return (
    <Translated
      sections={['settings', 'signIn', 'devices', 'account', 'pop3', 'mail', 'ui', 'error', 'action']}
    >
      <ConfirmProvider>{children}</ConfirmProvider>
    </Translated>
  );
}
