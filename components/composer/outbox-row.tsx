'use client';
/** One message on its way: what is known of it, and what can be done now. Never a guess (design, decision 5). */
import { CircleHelp, Clock, type LucideIcon, OctagonAlert, Send } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import { go } from '@/components/shell/use-route';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { ErrorDetails } from '@/components/ui/error-details';
import { roleMailbox } from '@/lib/client/actions';
import { type OutboxItem, type OutboxState, refusedOf, stateOf } from '@/lib/client/composer/outbox';
import { destroyDrafts } from '@/lib/client/composer/save-draft';
import {
  cancelSubmission,
  forgetSubmission,
  lookAgain,
  sendAgain,
  submit,
} from '@/lib/client/composer/submit';
import { limitsOf } from '@/lib/client/draft/provider-limits';
import { useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { mailboxRoute } from '@/lib/client/route';
import { shortName } from '@/lib/client/row';
import { fullTime } from '@/lib/i18n/dates';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { EmailSubmission } from '@/lib/jmap/types';
import { DeliveryTimeline } from './delivery-timeline';
import { outgoingHost } from './use-send';

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
  const sentence = useSentence(submission, state);
  const refused = refusedOf(submission);
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
      {refused.map(({ email }) => (
        <span key={email} className="text-row text-danger">
          {t('outbox.recipientRefused', { address: email })}
        </span>
      ))}
      <ErrorDetails
        code={submission['gatepost:code']}
        serverText={submission['gatepost:serverText'] ?? (words.join('\n') || null)}
      />
      <DeliveryTimeline accountId={item.accountId} submission={submission} />
      <RowActions item={item} state={state} onLeave={onLeave} />
    </li>
  );
}

function useSentence(submission: EmailSubmission, state: OutboxState): string {
  const t = useTranslations();
  const tError = useTranslations('error');
  const clock = { locale: useLocale(), timeZone: useTimeZone(), now: 0 };
  const next = submission['gatepost:nextTryAt'];
  if (state === 'held') return t('outbox.held', { time: fullTime(Date.parse(submission.sendAt), clock) });
  if (state === 'retry')
    return next ? t('outbox.retry', { time: fullTime(Date.parse(next), clock) }) : t('outbox.retrySoon');
  if (state === 'uncertain') return t('send.uncertain');
  if (state === 'failed') {
    const reason = errorSentence(tError, { code: submission['gatepost:code'] ?? 'commandFailed' });
    return t('outbox.failed', { reason });
  }
  if (state === 'partial') return t('outbox.partial');
  return state === 'sending' ? t('outbox.sending') : t('send.sent');
}

function RowActions({ item, state, onLeave }: { item: OutboxItem; state: OutboxState; onLeave: () => void }) {
  const t = useTranslations('outbox');
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const { accountId, submission } = item;
  const { id, emailId } = submission;
  const run = (work: () => Promise<void>) => async () => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      const { code, params, detail } = faultOf(error);
      const message = code === 'cannotUnsend' ? 'composer.tooLate' : `error.${code}`;
      client.toasts.show({ message, values: params, detail, tone: 'error' });
    }
    setBusy(false);
    await client.outbox.refresh(accountId);
  };
  const waiting = state === 'held' || state === 'retry';
  const stopped = state === 'failed' || state === 'uncertain';
  const ended = stopped || state === 'partial';
  const stop = async () => {
    const { transport } = client;
    if (waiting) await cancelSubmission(transport, accountId, id);
    else await forgetSubmission(transport, accountId, id);
    // What was made to be sent on is nothing to go on with.
    if (item.resent && state !== 'partial') await destroyDrafts(transport, accountId, [emailId]);
  };
  const edit = run(async () => {
    await stop();
    client.outbox.unfollow(id);
    onLeave();
    if (state !== 'partial') client.write({ kind: 'draft', accountId, emailId });
    else
      client.write({
        kind: 'editAsNew',
        accountId,
        emailId,
        only: refusedOf(submission).map(({ email }) => email),
      });
  });
  const cancel = run(async () => {
    await stop();
    client.outbox.unfollow(id);
    client.toasts.show({ message: item.resent ? 'composer.notRedirected' : 'outbox.canceled' });
  });
  const inParts = run(async () => {
    const { mailFrom, rcptTo } = submission.envelope ?? { mailFrom: { email: '' }, rcptTo: [] };
    const outgoing = { accountId, emailId, identityId: submission.identityId, from: mailFrom.email };
    const to = rcptTo.map(({ email }) => email);
    const size = limitsOf(outgoingHost(client, accountId)).recipients ?? Math.ceil(to.length / 2);
    await submit(client.transport, { ...outgoing, to }, { holdFor: 0 }, { size, everyMs: 0 });
    await forgetSubmission(client.transport, accountId, id);
  });
  const look = () => {
    const sent = roleMailbox(client.store.view(accountId), 'sent');
    onLeave();
    if (sent) go(mailboxRoute(accountId, sent.id));
  };
  const sendOnce = run(() => sendAgain(client.transport, accountId, id));
  const again = run(async () => {
    const found = stateOf(await lookAgain(client.transport, accountId, id));
    client.toasts.show({ message: found === 'uncertain' ? 'outbox.notFound' : 'outbox.found' });
  });
  return (
    <div className="flex flex-wrap gap-2 pt-1">
      {state === 'uncertain' && (
        <>
          <Button onClick={look}>{t('lookInSent')}</Button>
          <Button busy={busy} onClick={again}>
            {t('lookAgain')}
          </Button>
        </>
      )}
      {(stopped || state === 'retry') && (
        <Button busy={busy} onClick={sendOnce}>
          {state === 'retry' ? t('sendNow') : t('again')}
        </Button>
      )}
      {state === 'failed' && submission['gatepost:code'] === 'tooManyRecipients' && (
        <Button busy={busy} onClick={inParts}>
          {t('inParts')}
        </Button>
      )}
      {(waiting || ended) && !item.resent && (
        <Button busy={busy} onClick={edit}>
          {editLabel(t, state, submission['gatepost:code'])}
        </Button>
      )}
      {stopped && submission['gatepost:code'] === 'wrongPassword' && (
        <Button onClick={() => window.location.assign(`/settings/accounts/${accountId}`)}>
          {t('checkPassword')}
        </Button>
      )}
      {waiting && (
        <Button busy={busy} onClick={cancel}>
          {t('cancel')}
        </Button>
      )}
      {ended && (
        <Button look="plain" busy={busy} onClick={run(stop)}>
          {t('forget')}
        </Button>
      )}
    </div>
  );
}

/** Says what is to be mended, where that is known. */
function editLabel(
  t: ReturnType<typeof useTranslations<'outbox'>>,
  state: OutboxState,
  code: string | null | undefined,
): string {
  if (state === 'partial') return t('correct');
  if (code === 'senderRefused') return t('changeSender');
  if (code === 'tooLarge') return t('makeSmaller');
  return t('edit');
}
