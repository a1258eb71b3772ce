'use client';
/** Asked before sending: what cannot be meant, or may be a slip (page.md §6). */
import { useState } from 'react';
import { useLocale, useTimeZone, useTranslations } from 'use-intl';
import { useFileSize } from '@/components/email/file-size';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Select } from '@/components/ui/select';
import type { Warning } from '@/lib/client/draft/warnings';
import { fullTime } from '@/lib/i18n/dates';
import type { SendQuestion } from './use-send';

/** Minutes from one part to the next, for a provider that counts by the hour. */
const PAUSES = [10, 60];

export default function SendQuestions({
  warnings,
  wrong,
  onSend,
  onBack,
  onAttach,
}: SendQuestion & { onAttach: () => void }) {
  const t = useTranslations();
  const sentence = useSentence();
  const has = (kind: Warning['kind']) => warnings.some((warning) => warning.kind === kind);
  const blocked = wrong.length > 0 || has('noRecipient') || has('leftOver');
  const lines = [...wrong.map((address) => t('composer.badAddress', { address })), ...warnings.map(sentence)];
  const [minutes, setMinutes] = useState('0');
  const tooMany = warnings.find((warning) => warning.kind === 'tooManyFor');
  const limited = warnings.find((warning) => warning.kind === 'limited');
  const parts = tooMany && { size: tooMany.max, everyMs: Number(minutes) * 60_000 };
  const attach = () => {
    onBack();
    onAttach();
  };
  return (
    <Dialog
      title={t(blocked ? 'composer.cannotSend' : limited ? 'composer.laterTitle' : 'composer.sendAnyway')}
      onClose={onBack}
      actions={
        <>
          {has('noAttachment') && !blocked && <Button onClick={attach}>{t('composer.attach')}</Button>}
          <Button onClick={onBack}>{t('composer.goOn')}</Button>
          {!blocked && limited && (
            <Button look="filled" onClick={() => onSend(undefined, new Date(limited.until))}>
              {t('composer.sendThen')}
            </Button>
          )}
          {!blocked && !limited && (
            <Button look={tooMany ? 'outline' : 'filled'} onClick={() => onSend()}>
              {t('action.send')}
            </Button>
          )}
          {!blocked && !limited && tooMany && (
            <Button look="filled" onClick={() => onSend(parts)}>
              {t('composer.sendInParts', { n: Math.ceil(tooMany.n / tooMany.max) })}
            </Button>
          )}
        </>
      }
    >
      <ul className="flex flex-col gap-2 text-ui">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {!blocked && !limited && tooMany && (
        <div className="pt-4">
          <Select
            label={t('composer.partsWhen')}
            hint={t('composer.partsHint', { max: tooMany.max })}
            value={minutes}
            options={[
              { value: '0', label: t('composer.partsAtOnce') },
              ...PAUSES.map((n) => ({ value: String(n), label: t('composer.partsEvery', { n }) })),
            ]}
            onChange={setMinutes}
          />
        </div>
      )}
    </Dialog>
  );
}

function useSentence(): (warning: Warning) => string {
  const clock = { locale: useLocale(), timeZone: useTimeZone(), now: 0 };
  const t = useTranslations('composer');
  const draft = useTranslations('draft');
  const fileSize = useFileSize();
  return (warning) => {
    switch (warning.kind) {
      case 'noAttachment':
        return draft('noAttachment');
      case 'manyPeople':
        return t('manyPeople', { n: warning.n });
      case 'leftOver':
        return t('leftOver', warning);
      case 'outsider':
        return t('outsider', warning);
      case 'tooManyFor':
        return t('tooManyFor', warning);
      case 'tooLargeFor':
        return t('tooLargeFor', {
          host: warning.host,
          size: fileSize(warning.bytes),
          max: fileSize(warning.max),
        });
      case 'limited':
        return t('limited', { host: warning.host, time: fullTime(warning.until, clock) });
      case 'fileRefused':
        return t('fileRefused', warning);
      default:
        return t(warning.kind);
    }
  };
}
