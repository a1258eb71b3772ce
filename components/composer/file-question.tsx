'use client';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { PictureQuestion } from './use-files';

export default function FileQuestion({ n, onInline, onAttach, onCancel }: PictureQuestion) {
  const t = useTranslations('composer');
  return (
    <Dialog
      title={t('pictureTitle', { n })}
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onAttach}>{t('asAttachment')}</Button>
          <Button look="filled" onClick={onInline}>
            {t('intoText')}
          </Button>
        </>
      }
    >
      <p className="text-ui">{t('pictureHint')}</p>
    </Dialog>
  );
}
