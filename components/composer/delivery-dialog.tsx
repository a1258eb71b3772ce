'use client';
/** What became of a message that was sent: what the servers said, and what came back of it. */
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';
import { submissionsOf } from '@/lib/client/composer/submit';
import { useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { EmailSubmission } from '@/lib/jmap/types';
import { Events } from './delivery-timeline';

interface Props {
  accountId: string;
  emailId: string;
  onClose: () => void;
}

export default function DeliveryDialog({ accountId, emailId, onClose }: Props) {
  const t = useTranslations('outbox');
  const tError = useTranslations('error');
  const { transport } = useClient();
  const [sent, setSent] = useState<readonly Pick<EmailSubmission, 'id'>[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    submissionsOf(transport, accountId, emailId).then(setSent, (error) =>
      setFault(errorSentence(tError, faultOf(error))),
    );
  }, [transport, accountId, emailId, tError]);
  return (
    <Dialog wide title={t('timeline')} onClose={onClose}>
      {fault && <p className="text-danger text-ui">{fault}</p>}
      {sent?.length === 0 && <p className="text-ui">{t('nothingKnown')}</p>}
      <div className="flex flex-col gap-3">
        {sent?.map((submission) => (
          <Events key={submission.id} accountId={accountId} submission={submission} />
        ))}
      </div>
    </Dialog>
  );
}
