'use client';
/** "Inbox (17) - Gatepost"; with a mail open its subject. */
import { useEffect } from 'react';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

export function DocumentTitle() {
  const place = usePlaceName();
  const { mailbox } = useScreen();
  const unread = mailbox?.role === 'inbox' && mailbox.unreadEmails > 0 ? ` (${mailbox.unreadEmails})` : '';
  useEffect(() => {
    document.title = `${place}${unread} - Gatepost`;
  }, [place, unread]);
  return null;
}
