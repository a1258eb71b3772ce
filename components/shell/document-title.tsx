'use client';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

/** "Inbox (17) - Gatepost" */
export function DocumentTitle() {
  const place = usePlaceName();
  const { mailbox } = useScreen();
  const unread = mailbox?.role === 'inbox' && mailbox.unreadEmails > 0 ? ` (${mailbox.unreadEmails})` : '';
  return <title>{`${place}${unread} - Gatepost`}</title>;
}
