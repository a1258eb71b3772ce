'use client';
/** The words of a message: HTML in its frame, or plain text; what is missing says so in its place (page.md §8). */
import { Waiting } from '@/components/thread/waiting';
import { onDemand } from '@/components/ui/on-demand';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { useEmailContent } from '@/lib/client/hooks';
import type { EmailRow } from '@/lib/client/state';
import { BodyFault } from './body-fault';
import { withCleaner } from './cleaner';

interface Props {
  accountId: string;
  email: EmailRow;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export const MessageWords = onDemand(
  () => withCleaner(import('./message-words')).then((module) => module.MessageWords),
  <BodyBars />,
);

export function EmailBody({ accountId, email, keys }: Props) {
  const { value, fault, retry } = useEmailContent(accountId, email.id);
  if (value) return <MessageWords accountId={accountId} email={email} content={value} keys={keys} />;
  if (fault) return <BodyFault fault={fault} retry={retry} />;
  return (
    <>
      <BodyBars />
      <Waiting />
    </>
  );
}

function BodyBars() {
  return (
    <Delayed>
      <div className="flex max-w-180 flex-col gap-3 px-4 py-6 md:px-6">
        <Skeleton className="w-11/12" />
        <Skeleton className="w-4/5" />
        <Skeleton className="w-2/3" />
      </div>
    </Delayed>
  );
}
