'use client';
/** Beside the control that was changed: "Saved", or what happened and what to do. */
import { Check } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { Change } from './use-change';

export function ChangeResult({ change, doneText }: { change: Change; doneText?: string }) {
  const t = useTranslations();
  const error = useTranslations('error');
  const { done, fault } = change;
  return (
    <>
      <p role="status" className="flex min-h-5 items-center gap-1 text-ok text-row empty:hidden">
        {done && (
          <>
            <Check size={16} strokeWidth={1.75} aria-hidden="true" />
            {doneText ?? t('ui.saved')}
          </>
        )}
      </p>
      {fault && (
        <Notice
          tone="danger"
          live
          className="rounded-control"
          details={<ErrorDetails code={fault.code} serverText={fault.serverText} />}
        >
          {t('settings.notSaved', { reason: errorSentence(error, fault) })}
        </Notice>
      )}
    </>
  );
}
