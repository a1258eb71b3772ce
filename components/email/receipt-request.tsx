'use client';
/** A sender asks whether the mail was read: nothing is told before the person says so (security.md S10, RFC 8098 §2.1). */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useClock } from '@/components/thread/use-clock';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { useActions, useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { receiptAddress, sendReceipt } from '@/lib/client/receipt';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { fullTime } from '@/lib/i18n/dates';

interface Props {
  accountId: string;
  email: EmailRow;
  content: EmailContent;
}

export function ReceiptRequest({ accountId, email, content }: Props) {
  const t = useTranslations();
  const client = useClient();
  const actions = useActions();
  const clock = useClock();
  const [state, setState] = useState<'asked' | 'sending' | 'done'>('asked');
  const address = receiptAddress(client.store.view(accountId), email, content);
  if (address === null || state === 'done') return null;

  async function send() {
    setState('sending');
    const words = {
      subject: t('read.receiptSubject', { subject: email.subject ?? '' }),
      text: t('read.receiptText', { date: fullTime(Date.now(), clock) }),
    };
    try {
      await sendReceipt(client.transport, accountId, { email, content, ...words });
      setState('done');
      client.toasts.show({ message: 'toast.receiptSent', values: { address: address ?? '' } });
    } catch (error) {
      setState('asked');
      const { code, params, detail } = faultOf(error);
      client.toasts.show({ message: `error.${code}`, values: params, detail, tone: 'error' });
    }
  }

  return (
    <Notice
      className="md:ps-6 md:pe-3"
      actions={
        <>
          <Button look="plain" busy={state === 'sending'} onClick={() => void send()}>
            {t('read.receiptSend')}
          </Button>
          <Button look="plain" onClick={() => actions.refuseReceipt(accountId, email.id)}>
            {t('read.receiptRefuse')}
          </Button>
        </>
      }
    >
      {t('read.receiptAsked', { address })}
    </Notice>
  );
}
