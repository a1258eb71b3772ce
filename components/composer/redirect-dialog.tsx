'use client';
/** Send on as it came: the message keeps its writer, its date and every byte (RFC 5322 §3.6.6). */
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { redirect } from '@/lib/client/composer/redirect';
import { destroyDrafts } from '@/lib/client/composer/save-draft';
import { Suggestions } from '@/lib/client/composer/suggest';
import { isAddress } from '@/lib/client/draft/address-input';
import { chooseSender, senderOf } from '@/lib/client/draft/sender';
import { useClient } from '@/lib/client/hooks';
import { faultOf, JmapFault } from '@/lib/client/jmap';
import { shortName } from '@/lib/client/row';
import type { EmailRow } from '@/lib/client/state';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { EmailAddress } from '@/lib/jmap/types';
import { RecipientField } from './recipient-field';
import { tellQueued } from './tell-queued';
import { undoSeconds } from './use-send';

interface Props {
  accountId: string;
  email: EmailRow;
  onClose: () => void;
}

export default function RedirectDialog({ accountId, email, onClose }: Props) {
  const t = useTranslations('composer');
  const ui = useTranslations('ui');
  const tError = useTranslations('error');
  const client = useClient();
  const { transport } = client;
  const suggestions = useMemo(() => new Suggestions(transport, accountId), [transport, accountId]);
  const [to, setTo] = useState<readonly EmailAddress[]>([]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<JmapFault | null>(null);
  const wrong = to.filter((one) => !isAddress(one.email));
  const name = email.from?.[0] ? shortName(email.from[0]) : '?';
  const send = async () => {
    setBusy(true);
    setFault(null);
    try {
      await Promise.all([client.loader.identities(accountId), client.settings.load()]);
      const identities = client.store.view(accountId)?.identities ?? [];
      const sender = chooseSender(
        identities,
        (email.to ?? []).map((one) => one.email),
      );
      if (!sender) throw new JmapFault('senderRefused');
      const from = senderOf(sender, sender.identity);
      const when = { holdFor: undoSeconds(client) };
      const asked = { accountId, emailId: email.id, identityId: sender.identity.id, from, to };
      const { ids, draftId } = await redirect(transport, asked, when);
      tellQueued(client, {
        accountId,
        ids,
        when,
        reason: (code, params) => errorSentence(tError, { code, params }),
        takenBack: () => {
          client.toasts.show({ message: 'composer.notRedirected' });
          destroyDrafts(transport, accountId, [draftId]).catch(reportError);
        },
      });
      onClose();
    } catch (error) {
      setFault(faultOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      wide
      title={t('redirectTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button
            look="filled"
            busy={busy}
            disabled={to.length === 0 || wrong.length > 0}
            onClick={() => void send()}
          >
            {t('redirectSend')}
          </Button>
        </>
      }
    >
      <p className="pb-3 text-row text-text-2">{t('redirectHint', { name })}</p>
      <RecipientField
        line="to"
        label={t('to')}
        value={to}
        suggestions={suggestions}
        focus
        steady
        trailing={null}
        onChange={setTo}
      />
      {fault && (
        <Notice tone="danger" live className="mt-3">
          {errorSentence(tError, { code: fault.code, params: fault.params })}
        </Notice>
      )}
    </Dialog>
  );
}
