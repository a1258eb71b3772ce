/** What the mail and the search screen have in common: check who asks, paint, hand over to the browser. */
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import NotFound from '@/app/not-found';
import { MailScreen } from '@/components/shell/mail-screen';
import { runtime } from '@/lib/account/runtime';
import { pagePrincipal } from '@/lib/auth/authenticate';
import { PANES_COOKIE, parsePanes } from '@/lib/client/panes';
import { hrefOf, INBOX, type MailRoute, mailboxRoute } from '@/lib/client/route';
import { requestPreferences, translator } from '@/lib/i18n/request';
import { mailboxOf, paintInboxes, paintMailboxes, paintRoute } from './first-paint';

export async function MailPage({ route }: { route: MailRoute | null }) {
  const principal = await pagePrincipal();
  if (!principal) redirect(route ? `/sign-in?next=${encodeURIComponent(hrefOf(route))}` : '/sign-in');
  const own = await (await runtime()).accounts.list(principal.userId);
  // An old address of an account that is gone, or a stranger's: its list would be waited for without end.
  if (!route || !own.some(({ id }) => id === route.accountId)) return <NoSuchPage />;
  // Of one account there is no list of all.
  if (route.view === 'all' && own.length < 2) redirect(hrefOf(mailboxRoute(route.accountId, INBOX)));
  const { density, readingPane, screen } = await requestPreferences();
  const joined = route.view === 'all' ? own.filter(({ settings }) => settings.inAllInboxes) : [];
  const joinedIds = joined.map(({ id }) => id);
  const boxes = await paintMailboxes(principal, route.view === 'all' ? joinedIds : [route.accountId]);
  const mailbox =
    route.view === 'mailbox'
      ? mailboxOf(boxes, route.accountId, ({ id, role }) =>
          route.mailboxId === INBOX ? role === 'inbox' : id === route.mailboxId,
        )
      : undefined;
  const place = mailbox ? { ...route, mailboxId: mailbox.id } : route;
  const first = await Promise.all([
    paintInboxes(principal, boxes, joinedIds),
    paintRoute(principal, place, mailbox?.role ?? null),
  ]);
  return (
    <MailScreen
      first={first.flat()}
      looks={{ density, readingPane, screen }}
      panes={parsePanes((await cookies()).get(PANES_COOKIE)?.value)}
    />
  );
}

/** Not by notFound(): what Next shows for it under this layout stays blank, as Trusted Types refuse it (S23). */
async function NoSuchPage() {
  const t = await translator('ui');
  return (
    <>
      <title>{`${t('notFoundTitle')} - Gatepost`}</title>
      <NotFound />
    </>
  );
}
