'use client';
/** One message of a conversation: a 40 px line, or open with head, attachments and words. */
import { Paperclip } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useClock } from '@/components/thread/use-clock';
import { onDemand } from '@/components/ui/on-demand';
import { useEmailContent } from '@/lib/client/hooks';
import { shortName } from '@/lib/client/row';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { listTime } from '@/lib/i18n/dates';
import { Attachments } from './attachments';
import { EmailBody } from './email-body';
import { EmailHead } from './email-head';
import { ListNote } from './list-note';
import { attachmentsOf } from './parts';

interface Props {
  accountId: string;
  email: EmailRow;
  open: boolean;
  /** undefined where the message is the only one. */
  onToggle: (() => void) | undefined;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export function EmailItem({ accountId, email, open, onToggle, keys }: Props) {
  const t = useTranslations('read');
  const name = email.from?.[0] ? shortName(email.from[0]) : '';
  return (
    <article
      aria-label={t('messageFrom', { name })}
      data-message={email.id}
      tabIndex={-1}
      className="border-line border-b outline-none last:border-b-0 focus-visible:outline-2"
    >
      {open ? (
        <OpenEmail accountId={accountId} email={email} onFold={onToggle} keys={keys} />
      ) : (
        <ClosedEmail email={email} name={name} onOpen={onToggle} />
      )}
    </article>
  );
}

/** Few mails ask: what answers them comes with the first that does. */
const ReceiptRequest = onDemand(() => import('./receipt-request').then((module) => module.ReceiptRequest));

const asksForReceipt = ({ headers }: EmailContent) =>
  headers.some(({ name }) => name.toLowerCase() === 'disposition-notification-to');

interface OpenProps extends Pick<Props, 'accountId' | 'email' | 'keys'> {
  onFold: (() => void) | undefined;
}

function OpenEmail({ accountId, email, onFold, keys }: OpenProps) {
  const { value } = useEmailContent(accountId, email.id);
  const attachments = useMemo(() => (value ? attachmentsOf(value) : []), [value]);
  return (
    <>
      <EmailHead accountId={accountId} email={email} content={value} onFold={onFold} keys={keys} />
      {value && <ListNote accountId={accountId} email={email} content={value} keys={keys} />}
      {value && asksForReceipt(value) && (
        <ReceiptRequest accountId={accountId} email={email} content={value} />
      )}
      <Attachments accountId={accountId} emailId={email.id} attachments={attachments} />
      <EmailBody accountId={accountId} email={email} keys={keys} />
    </>
  );
}

function ClosedEmail({
  email,
  name,
  onOpen,
}: {
  email: EmailRow;
  name: string;
  onOpen: (() => void) | undefined;
}) {
  const clock = useClock();
  const unread = !email.keywords.$seen;
  return (
    <button
      type="button"
      aria-expanded="false"
      onClick={onOpen}
      className="ring-inside flex h-10 w-full items-center gap-3 px-4 text-start text-row hover:bg-hover pointer-coarse:h-11 md:px-6"
    >
      <span className={`w-32 shrink-0 truncate ${unread ? 'font-semibold' : 'text-text-2'}`}>{name}</span>
      <span className="min-w-0 flex-1 truncate text-text-3">{email.preview}</span>
      {email.hasAttachment && (
        <Paperclip size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-text-3" />
      )}
      <time dateTime={email.receivedAt} className="shrink-0 text-meta text-text-3">
        {listTime(Date.parse(email.receivedAt), clock)}
      </time>
    </button>
  );
}
