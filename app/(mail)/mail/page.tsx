import { redirect } from 'next/navigation';
import { pagePrincipal } from '@/lib/auth/authenticate';
import { hrefOf, INBOX, mailboxRoute } from '@/lib/client/route';
import { sessionFor } from '@/lib/jmap/session';

/** The first account's inbox. */
export default async function StartPage() {
  const principal = await pagePrincipal();
  if (!principal) redirect('/sign-in');
  const accountId = Object.keys((await sessionFor(principal)).accounts)[0];
  if (accountId === undefined) redirect('/settings/accounts/new');
  redirect(hrefOf(mailboxRoute(accountId, INBOX)));
}
