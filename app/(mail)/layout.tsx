import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { ComposerHost } from '@/components/composer/composer-host';
import { NotifierHost } from '@/components/notify/notifier-host';
import { ToastHost } from '@/components/shell/toast-host';
import { pagePrincipal } from '@/lib/auth/authenticate';
import { ClientProvider } from '@/lib/client/provider';
import { sessionFor } from '@/lib/jmap/session';
import { paintMailboxes } from './first-paint';

/** Everything behind the sign-in: the session, every account's folders, the client that keeps them fresh. */
export default async function MailLayout({ children }: { children: ReactNode }) {
  const principal = await pagePrincipal();
  if (!principal) redirect('/sign-in');
  const session = await sessionFor(principal);
  const first = await paintMailboxes(principal, Object.keys(session.accounts));
  return (
    <ClientProvider session={session} first={first}>
      {children}
      <ComposerHost />
      <ToastHost />
      <NotifierHost />
    </ClientProvider>
  );
}
