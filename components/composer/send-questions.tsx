'use client';
/** Asked before sending: only what cannot be meant (page.md §6). */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { SendQuestion } from './use-send';

export default function SendQuestions({
  warnings,
  wrong,
  onSend,
  onBack,
  onAttach,
}: SendQuestion & { onAttach: () => void }) {
  const t = useTranslations();
  const blocked = wrong.length > 0 || warnings.includes('noRecipient');
  const lines = [
    ...wrong.map((address) => t('composer.badAddress', { address })),
    ...warnings.map((warning) =>
      warning === 'noAttachment' ? t('draft.noAttachment') : t(`composer.${warning}`),
    ),
  ];
  const attach = () => {
    onBack();
    onAttach();
  };
  return (
    <Dialog
      title={blocked ? t('composer.cannotSend') : t('composer.sendAnyway')}
      onClose={onBack}
      actions={
        <>
          {warnings.includes('noAttachment') && !blocked && (
            <Button onClick={attach}>{t('composer.attach')}</Button>
          )}
          <Button onClick={onBack}>{t('composer.goOn')}</Button>
          {!blocked && (
            <Button look="filled" onClick={onSend}>
              {t('action.send')}
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
    </Dialog>
  );
}
