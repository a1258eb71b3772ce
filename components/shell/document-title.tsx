'use client';
import { useUnreadInAll } from '@/lib/client/all-inboxes';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

/** "Inbox (17) - Gatepost" */
export function DocumentTitle() {
  const place = usePlaceName();
  const { route, mailbox } = useScreen();
  const inAll = useUnreadInAll();
  const unread = route.view === 'all' ? inAll : mailbox?.role === 'inbox' ? mailbox.unreadEmails : 0;
  return <title>{`${place}${unread > 0 ? ` (${unread})` : ''} - Gatepost`}</title>;
}
