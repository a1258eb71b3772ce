'use client';
/** One message on its way: what is known of it, and what can be done now. Never a guess (design, decision 5). */
import { CircleHelp, Clock, type LucideIcon, OctagonAlert, Send } from 'lucide-react';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { ErrorDetails } from '@/components/ui/error-details';
import { type OutboxItem, type OutboxState, refusedOf, stateOf } from '@/lib/client/composer/outbox';
import { useClient } from '@/lib/client/hooks';
import { shortName } from '@/lib/client/row';
import { fullTime } from '@/lib/i18n/dates';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { DeliveryTimeline } from './delivery-timeline';
import { OutboxActions } from './outbox-actions';
import { outgoingHost, senderOf } from './outgoing-host';

const LOOK: Record<OutboxState, { icon: LucideIcon; colour: string }> = {
  held: { icon: Clock, colour: 'text-text-2' },
  sending: { icon: Send, colour: 'text-text-2' },
  retry: { icon: Clock, colour: 'text-warn' },
  failed: { icon: OctagonAlert, colour: 'text-danger' },
  uncertain: { icon: CircleHelp, colour: 'text-warn' },
  partial: { icon: OctagonAlert, colour: 'text-danger' },
  sent: { icon: Send, colour: 'text-ok' },
  canceled: { icon: Clock, colour: 'text-text-2' },
};

export function OutboxRow({ item, onLeave }: { item: OutboxItem; onLeave: () => void }) {
  const t = useTranslations();
  const { submission, subject, to } = item;
  const state = stateOf(submission);
  const { icon: Icon, colour } = LOOK[state];
  const sentence = useSentence(item, state);
  const refused = refusedOf(submission);
  // Where nothing was sent at all, all of them were refused.
  const named = state === 'failed' && submission['gatepost:code'] !== 'recipientsRefused' ? [] : refused;
  const words = refused.map(({ reply }) => reply).filter(Boolean);
  return (
    <li className="flex flex-col gap-1 border-line border-b py-3 last:border-b-0">
      <span className="truncate font-semibold text-ui">{subject?.trim() || t('mail.noSubject')}</span>
      <span className="truncate text-row text-text-2">
        {t('outbox.to', { names: to.map(shortName).join(', ') || t('mail.noRecipient') })}
      </span>
      <span className={cx('flex items-start gap-2 text-ui', colour)}>
        <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 shrink-0" />
        <span>{sentence}</span>
      </span>
      {named.map(({ email }) => (
        <span key={email} className="text-row text-danger">
          {t('outbox.recipientRefused', { address: email })}
        </span>
      ))}
      <ErrorDetails
        code={submission['gatepost:code']}
        serverText={submission['gatepost:serverText'] ?? (words.join('\n') || null)}
      />
      <DeliveryTimeline accountId={item.accountId} submission={submission} />
      <OutboxActions item={item} state={state} onLeave={onLeave} />
    </li>
  );
}

function useSentence({ accountId, submission }: OutboxItem, state: OutboxState): string {
  const client = useClient();
  const t = useTranslations();
  const tError = useTranslations('error');
  const clock = { locale: useLocale(), timeZone: useTimeZone(), now: 0 };
  const { 'gatepost:nextTryAt': next, 'gatepost:code': code } = submission;
  const host = outgoingHost(client, accountId, senderOf(client, accountId, submission));
  const reason = () =>
    errorSentence(tError, { code: code ?? 'commandFailed', params: host === '' ? {} : { host } });
  if (state === 'held') return t('outbox.held', { time: fullTime(Date.parse(submission.sendAt), clock) });
  if (state === 'retry')
    return next
      ? t('outbox.retry', { reason: reason(), time: fullTime(Date.parse(next), clock) })
      : t('outbox.retrySoon');
  if (state === 'uncertain') return t('send.uncertain');
  if (state === 'failed') return t('outbox.failed', { reason: reason() });
  if (state === 'partial') return t('outbox.partial');
  return state === 'sending' ? t('outbox.sending') : t('send.sent');
}
