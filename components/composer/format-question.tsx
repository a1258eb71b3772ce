'use client';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

export default function FormatQuestion({ onKeep, onLose }: { onKeep: () => void; onLose: () => void }) {
  const t = useTranslations('composer');
  return (
    <Dialog
      title={t('toPlainTitle')}
      onClose={onKeep}
      actions={
        <>
          <Button onClick={onKeep}>{t('keepFormat')}</Button>
          <Button look="filled" onClick={onLose}>
            {t('makePlain')}
          </Button>
        </>
      }
    >
      <p className="text-ui">{t('toPlainHint')}</p>
    </Dialog>
  );
}
