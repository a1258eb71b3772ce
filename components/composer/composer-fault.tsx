'use client';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import type { ComposerSession } from '@/lib/client/composer/session';
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
          <Button look="plain" onClick={() => session.showFault(null)}>
            {t('ui.close')}
          </Button>
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
