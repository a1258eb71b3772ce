import type { Metadata } from 'next';
import { MailPage } from '@/app/(mail)/mail-page';
import { parseRoute } from '@/lib/client/route';

/** The screen writes its own title, with the count of unread mail in it. */
export const metadata: Metadata = { title: null };

interface Props {
  params: Promise<{ account: string; mailbox: string; thread?: string[] }>;
}

export default async function MailboxPage({ params }: Props) {
  const { account, mailbox, thread = [] } = await params;
  return (
    <MailPage route={parseRoute(['/mail', account, mailbox, ...thread].join('/'), new URLSearchParams())} />
  );
}
