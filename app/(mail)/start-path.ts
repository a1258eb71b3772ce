import { pagePrincipal } from '@/lib/auth/authenticate';
import { hrefOf, INBOX, mailboxRoute } from '@/lib/client/route';
import { sessionFor } from '@/lib/jmap/session';

/** The first account's inbox, or what comes before there is one. */
export async function startPath(): Promise<string> {
  const principal = await pagePrincipal();
  if (!principal) return '/sign-in';
  const accountId = Object.keys((await sessionFor(principal)).accounts)[0];
  return accountId === undefined ? '/settings/accounts/new' : hrefOf(mailboxRoute(accountId, INBOX));
}
