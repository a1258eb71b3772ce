import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { ConfirmProvider } from '@/components/settings/confirm';
import { pagePrincipal } from '@/lib/auth/authenticate';

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  if (!(await pagePrincipal())) redirect('/sign-in?next=/settings');
  return <ConfirmProvider>{children}</ConfirmProvider>;
}
