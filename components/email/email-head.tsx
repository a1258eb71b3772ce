'use client';
/** Who, to whom, when (page.md §5); the short line of recipients opens the whole of them. */
import { ChevronDown, ChevronUp, Star } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useClock } from '@/components/thread/use-clock';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/components/ui/class-names';
import { IconButton } from '@/components/ui/icon-button';
import { Notice } from '@/components/ui/notice';
import { useAccounts, useActions, useStore } from '@/lib/client/hooks';
import { firstName } from '@/lib/client/row';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { fullTime, listTime } from '@/lib/i18n/dates';
import { type EmailAddress, GATEPOST } from '@/lib/jmap/types';
import { AddressName } from './address-name';
import { failsAuthentication } from './authentication';
import { EmailMenu } from './email-menu';
import { keyed } from './keyed';
import { ResentNote } from './resent-note';

interface Props {
  accountId: string;
  email: EmailRow;
  content: EmailContent | undefined;
  onFold: (() => void) | undefined;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export function EmailHead({ accountId, email, content, onFold, keys }: Props) {
  const t = useTranslations();
  const actions = useActions();
  const clock = useClock();
  const details = useId();
  const [open, setOpen] = useState(false);
  const sender = email.from?.[0];
  const at = Date.parse(email.receivedAt);
  const starred = email.keywords.$flagged === true;
  return (
    <header>
      <div className="flex items-start gap-3 px-4 py-2 md:px-6">
        <Avatar name={sender?.name ?? null} email={sender?.email ?? ''} />
        <div className="min-w-0 flex-1">
          <div className="flex items-baseline gap-2">
            <h3 className="min-w-0 flex-1 truncate text-ui">
              {sender ? <AddressName address={sender} strong /> : t('mail.noSender')}
            </h3>
            <time
              dateTime={email.receivedAt}
              title={fullTime(at, clock)}
              className="shrink-0 text-meta text-text-3"
            >
              <span className="print:hidden">{listTime(at, clock)}</span>
              <span className="hidden print:inline">{fullTime(at, clock)}</span>
            </time>
          </div>
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            onClick={() => setOpen(!open)}
            className="-ms-1 inline-flex min-h-6 max-w-full items-center gap-1 rounded-chip px-1 text-row text-text-3 hover:bg-hover pointer-coarse:min-h-11"
          >
            <Recipients email={email} content={content} />
            <ChevronDown
              size={16}
              strokeWidth={1.75}
              aria-hidden="true"
              className={cx('shrink-0 transition-transform print:hidden', open && 'rotate-180')}
            />
          </button>
        </div>
        <div className="flex shrink-0 items-center print:hidden">
          <IconButton
            icon={Star}
            label={t(starred ? 'mail.unstar' : 'mail.star')}
            shortcut="s"
            on={starred}
            className={starred ? 'text-star!' : undefined}
            onClick={() => actions.star([{ accountId, ids: [email.id] }], !starred)}
          />
          {onFold && <IconButton icon={ChevronUp} label={t('read.fold')} onClick={onFold} />}
          <EmailMenu accountId={accountId} email={email} content={content} keys={keys} />
        </div>
      </div>
      {content && <ResentNote content={content} />}
      {open && <Details id={details} email={email} content={content} date={fullTime(at, clock)} />}
      {sender && <ForgedNote sender={sender.email} content={content} />}
      {(email.from?.length ?? 0) > 1 && <Notice tone="warn">{t('read.twoSenders')}</Notice>}
    </header>
  );
}

/** S30: calm, one line; it says which domain the signature does not belong to. */
function ForgedNote({ sender, content }: { sender: string; content: EmailContent | undefined }) {
  const t = useTranslations('auth');
  const { authservIds = [] } = useStore(({ session }) => session.capabilities[GATEPOST] ?? {}) as {
    authservIds?: string[];
  };
  const forged = useMemo(
    () => content !== undefined && failsAuthentication(content.headers, authservIds),
    [content, authservIds],
  );
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return forged ? <Notice tone="warn">{t('failed', { domain })}</Notice> : null;
}

/** `to me, Marco + 3` */
function Recipients({ email, content }: { email: EmailRow; content: EmailContent | undefined }) {
  const t = useTranslations('read');
  const tMail = useTranslations('mail');
  const own = new Set(useAccounts().map(({ name }) => name.toLowerCase()));
  const all = [...(email.to ?? []), ...(content?.cc ?? [])];
  if (all.length === 0) return <span>{tMail('noRecipient')}</span>;
  const word = (address: EmailAddress) =>
    own.has(address.email.toLowerCase()) ? tMail('me') : firstName(address);
  const names = all.slice(0, 2).map(word).join(', ');
  return (
    <span className="truncate">
      {all.length > 2 ? t('toMore', { names, n: all.length - 2 }) : t('to', { names })}
    </span>
  );
}

interface DetailsProps {
  id: string;
  email: EmailRow;
  content: EmailContent | undefined;
  date: string;
}

function Details({ id, email, content, date }: DetailsProps) {
  const t = useTranslations('read');
  const rows: [string, readonly EmailAddress[] | null | undefined][] = [
    [t('from'), email.from],
    [t('sender'), content?.sender],
    [t('replyTo'), content?.replyTo],
    [t('toLabel'), email.to],
    [t('cc'), content?.cc],
    [t('bcc'), content?.bcc],
  ];
  return (
    <dl
      id={id}
      className="mx-4 mb-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 rounded-control bg-pane p-3 text-row md:mx-6"
    >
      {rows.map(([label, addresses]) =>
        addresses?.length ? (
          <div key={label} className="contents">
            <dt className="text-text-3">{label}</dt>
            <dd className="min-w-0 break-words">
              {keyed(addresses, ({ email }) => email).map(({ key, item }) => (
                <span key={key} className="block">
                  <AddressName address={item} />
                </span>
              ))}
            </dd>
          </div>
        ) : null,
      )}
      <dt className="text-text-3">{t('date')}</dt>
      <dd>{date}</dd>
    </dl>
  );
}
