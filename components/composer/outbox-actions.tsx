'use client';
/** What can be done with a message on its way, or stopped: by what is known of it, and by what mends it. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { go } from '@/components/shell/use-route';
import { Button } from '@/components/ui/button';
import { roleMailbox } from '@/lib/client/actions';
import { type OutboxItem, type OutboxState, refusedOf, stateOf } from '@/lib/client/composer/outbox';
import { destroyDrafts } from '@/lib/client/composer/save-draft';
import {
  cancelSubmission,
  forgetSubmission,
  lookAgain,
  type Outgoing,
  sendAgain,
  submit,
} from '@/lib/client/composer/submit';
import { limitsOf } from '@/lib/client/draft/provider-limits';
import { useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { mailboxRoute } from '@/lib/client/route';
import { editLabel, nextStep } from './next-step';
import { outgoingHost, senderOf } from './outgoing-host';

interface Props {
  item: OutboxItem;
  state: OutboxState;
  onLeave: () => void;
}

export function OutboxActions({ item, state, onLeave }: Props) {
  const t = useTranslations('outbox');
  const client = useClient();
  const { busy, ...act } = useActs(item, state, onLeave);
  const waiting = state === 'held' || state === 'retry';
  const stopped = state === 'failed' || state === 'uncertain';
  const code = item.submission['gatepost:code'];
  const step = stopped || state === 'retry' ? nextStep(code) : null;
  const sender = senderOf(client, item.accountId, item.submission);
  // A server of the sender's own is set where senders are.
  const settings = (section: string) =>
    window.location.assign(
      sender?.['gatepost:outgoingHost']
        ? '/settings#signature'
        : `/settings/accounts/${item.accountId}#${section}`,
    );
  const look = () => {
    const sent = roleMailbox(client.store.view(item.accountId), 'sent');
    onLeave();
    if (sent) go(mailboxRoute(item.accountId, sent.id));
  };
  return (
    <div className="flex flex-wrap gap-2 pt-1">
      {state === 'uncertain' && (
        <>
          <Button onClick={look}>{t('lookInSent')}</Button>
          <Button busy={busy} onClick={act.again}>
            {t('lookAgain')}
          </Button>
        </>
      )}
      {step === 'signIn' && <Button onClick={() => settings('password')}>{t('checkPassword')}</Button>}
      {step === 'senders' && (
        <Button onClick={() => window.location.assign('/settings#signature')}>{t('checkSenders')}</Button>
      )}
      {step === 'servers' && <Button onClick={() => settings('servers')}>{t('checkServers')}</Button>}
      {step === 'inParts' && (
        <Button busy={busy} onClick={act.inParts}>
          {t('inParts')}
        </Button>
      )}
      {step === 'withoutPromise' && state === 'failed' && (
        <Button busy={busy} onClick={act.withoutPromise}>
          {t('withoutPromise')}
        </Button>
      )}
      {(stopped || state === 'retry') && (
        <Button busy={busy} onClick={act.sendOnce}>
          {state === 'retry' ? t('sendNow') : t('again')}
        </Button>
      )}
      {(waiting || stopped || state === 'partial') && !item.resent && (
        <Button busy={busy} onClick={act.edit}>
          {state === 'partial' ? t('correct') : t(editLabel(code))}
        </Button>
      )}
      {waiting && (
        <Button busy={busy} onClick={act.cancel}>
          {t('cancel')}
        </Button>
      )}
      {(stopped || state === 'partial') && (
        <Button look="plain" busy={busy} onClick={act.forget}>
          {t('forget')}
        </Button>
      )}
    </div>
  );
}

function useActs(item: OutboxItem, state: OutboxState, onLeave: () => void) {
  const client = useClient();
  const { transport, toasts, outbox } = client;
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
      toasts.show({ message, values: params, detail, tone: 'error' });
    }
    setBusy(false);
    await outbox.refresh(accountId);
  };
  const stop = async () => {
    const waits = state === 'held' || state === 'retry';
    await (waits ? cancelSubmission : forgetSubmission)(transport, accountId, id);
    // What was made to be sent on is nothing to go on with.
    if (item.resent && state !== 'partial') await destroyDrafts(transport, accountId, [emailId]);
  };
  const edit = async () => {
    await stop();
    outbox.unfollow(id);
    onLeave();
    const only = refusedOf(submission).map(({ email }) => email);
    client.write(
      state === 'partial'
        ? { kind: 'editAsNew', accountId, emailId, only }
        : { kind: 'draft', accountId, emailId },
    );
  };
  const cancel = async () => {
    await stop();
    outbox.unfollow(id);
    toasts.show({ message: item.resent ? 'composer.notRedirected' : 'outbox.canceled' });
  };
  const inParts = async () => {
    const outgoing = outgoingOf(item);
    // What the server has just told of itself counts.
    await client.loader.identities(accountId);
    const sender = senderOf(client, accountId, submission);
    const { recipients: most } = limitsOf({ host: outgoingHost(client, accountId, sender), sender });
    const half = Math.ceil(outgoing.to.length / 2);
    const size = most !== undefined && most < outgoing.to.length ? most : half;
    // What is still tried by itself ends first: nobody gets it twice.
    if (state === 'retry') await cancelSubmission(transport, accountId, id);
    await submit(transport, outgoing, { holdFor: 0 }, { size, everyMs: 0 });
    if (state === 'failed') await forgetSubmission(transport, accountId, id);
  };
  const withoutPromise = async () => {
    await submit(transport, { ...outgoingOf(item), requireTls: false }, { holdFor: 0 });
    await forgetSubmission(transport, accountId, id);
  };
  const again = async () => {
    const found = stateOf(await lookAgain(transport, accountId, id));
    toasts.show({ message: found === 'uncertain' ? 'outbox.notFound' : 'outbox.found' });
  };
  return {
    busy,
    edit: run(edit),
    cancel: run(cancel),
    inParts: run(inParts),
    withoutPromise: run(withoutPromise),
    again: run(again),
    sendOnce: run(() => sendAgain(transport, accountId, id)),
    forget: run(stop),
  };
}

/** The same once more, as it was asked for. */
function outgoingOf({ accountId, submission }: OutboxItem): Outgoing {
  const { emailId, identityId, envelope } = submission;
  const { mailFrom, rcptTo } = envelope ?? { mailFrom: { email: '', parameters: null }, rcptTo: [] };
  return {
    accountId,
    emailId,
    identityId,
    from: mailFrom.email,
    to: rcptTo.map(({ email }) => email),
    receipt: rcptTo.some(({ parameters }) => parameters?.NOTIFY !== undefined),
    requireTls: mailFrom.parameters?.REQUIRETLS !== undefined,
  };
}
