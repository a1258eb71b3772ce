'use client';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import type { ComposerSession } from '@/lib/client/composer/session';
import { useStore } from '@/lib/client/hooks';
import type { JmapFault } from '@/lib/client/jmap';
import { errorSentence } from '@/lib/i18n/error-sentence';

interface Props {
  session: ComposerSession;
  fault: JmapFault;
  /** The message is there: what failed is saving, a file or sending. */
  opened: boolean;
}

export function ComposerFault({ session, fault, opened }: Props) {
  const t = useTranslations();
  const tError = useTranslations('error');
  const code = fault.code === 'offline' ? 'network' : fault.code;
  return (
    <Notice
      tone="danger"
      live
      className="shrink-0"
      actions={
        opened ? (
          <>
            <NextStep session={session} fault={fault} />
            <Button look="plain" onClick={() => session.showFault(null)}>
              {t('ui.close')}
            </Button>
          </>
        ) : (
          <Button look="plain" onClick={() => void session.start()}>
            {t('ui.tryAgain')}
          </Button>
        )
      }
      details={<ErrorDetails code={fault.code} serverText={fault.detail} />}
    >
      {errorSentence(tError, { code, params: fault.params })}
    </Notice>
  );
}

/** What mends it, where one click can. */
function NextStep({ session, fault }: Pick<Props, 'session' | 'fault'>) {
  const t = useTranslations('composer');
  const { accountId } = session.opened.intent;
  const identities = useStore((store) => store.view(accountId)?.identities) ?? [];
  if (fault.code === 'wrongPassword') {
    return (
      <Button look="outline" onClick={() => window.location.assign(`/settings/accounts/${accountId}`)}>
        {t('checkPassword')}
      </Button>
    );
  }
  if (fault.code === 'sentBefore') {
    return (
      <Button look="outline" onClick={() => session.asNew()}>
        {t('asNewMessage')}
      </Button>
    );
  }
  const taken = identities.find(({ email }) => email === fault.params?.address);
  if (fault.code !== 'senderRefused' || !taken) return null;
  const change = () => {
    session.showFault(null);
    session.change({ identityId: taken.id, from: undefined });
  };
  return (
    <Button look="outline" onClick={change}>
      {t('sendAs', { address: taken.email })}
    </Button>
  );
}
