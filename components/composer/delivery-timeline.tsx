'use client';
/** What happened to a mail, step by step, with the server's own words; asked for when it is unfolded. */
import { useEffect, useState } from 'react';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import { keyed } from '@/components/email/keyed';
import { Disclosure } from '@/components/ui/disclosure';
import { timelineOf } from '@/lib/client/composer/submit';
import { useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { fullTime } from '@/lib/i18n/dates';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { EmailSubmission, SubmissionEvent } from '@/lib/jmap/types';

const isSaid = ({ kind }: SubmissionEvent) => kind === 'client' || kind === 'server';

/** Their text is of the recipient's server, else it is a code of ours. */
const CAME_BACK: ReadonlySet<SubmissionEvent['kind']> = new Set([
  'bounced',
  'delayed',
  'delivered',
  'relayed',
  'displayed',
]);

interface Props {
  accountId: string;
  submission: Pick<EmailSubmission, 'id'>;
}

export function DeliveryTimeline({ accountId, submission }: Props) {
  const t = useTranslations('outbox');
  const [open, setOpen] = useState(false);
  return (
    <Disclosure label={t('timeline')} open={open} onToggle={setOpen}>
      {open && <Events accountId={accountId} submission={submission} />}
    </Disclosure>
  );
}

export function Events({ accountId, submission }: Props) {
  const t = useTranslations('outbox');
  const tError = useTranslations('error');
  const client = useClient();
  const [events, setEvents] = useState<SubmissionEvent[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  // Asked again when the submission moves on.
  useEffect(() => {
    timelineOf(client.transport, accountId, submission.id).then(setEvents, (error) =>
      setFault(errorSentence(tError, faultOf(error))),
    );
  }, [client, accountId, submission, tError]);
  if (fault) return <p className="text-danger text-row">{fault}</p>;
  return (
    <ol aria-label={t('timeline')} className="max-h-48 overflow-auto rounded-control bg-pane p-2 text-meta">
      {keyed(events, ({ at, kind, text }) => `${at} ${kind} ${text}`).map(({ key, item }) => (
        <Event key={key} event={item} />
      ))}
    </ol>
  );
}

function Event({ event }: { event: SubmissionEvent }) {
  const t = useTranslations('outbox.event');
  const tError = useTranslations('error');
  const clock = { locale: useLocale(), timeZone: useTimeZone(), now: 0 };
  const { at, kind, text } = event;
  if (isSaid(event)) {
    return (
      <li className="whitespace-pre-wrap break-words ps-4 font-mono text-text-2">
        <span className="sr-only">{t(kind)}: </span>
        <span aria-hidden="true">{kind === 'client' ? '→ ' : '← '}</span>
        {text}
      </li>
    );
  }
  return (
    <li className="pt-1">
      <time dateTime={at} className="tabular-nums text-text-3">
        {fullTime(Date.parse(at), clock)}
      </time>{' '}
      {t(kind)}
      {text && (CAME_BACK.has(kind) ? `: ${text}` : `: ${errorSentence(tError, { code: text })}`)}
    </li>
  );
}
