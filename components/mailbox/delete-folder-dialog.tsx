'use client';
/** Asked only where something goes for ever (page.md, principle 3): mail or folders inside. */
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

interface Props {
  name: string;
  emails: number;
  folders: number;
  onClose: () => void;
  onDelete: () => void;
}

export function DeleteFolderDialog({ name, emails, folders, onClose, onDelete }: Props) {
  const t = useTranslations();
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      title={t('folders.deleteTitle', { name })}
      onClose={onClose}
      focus={cancel}
      actions={
        <>
          <Button ref={cancel} onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              onDelete();
            }}
          >
            {t('folders.delete')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2 text-ui">
        {folders > 0 && <p>{t('folders.deleteInside', { n: folders })}</p>}
        {emails > 0 && <p>{t('folders.deleteMessages', { n: emails })}</p>}
      </div>
    </Dialog>
  );
}
