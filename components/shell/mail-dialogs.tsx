'use client';
import { useTranslations } from 'use-intl';
import { MoveDialog } from '@/components/mailbox/move-dialog';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { KeysDialog } from './keys-dialog';
import { useScreen } from './screen';

export function MailDialogs() {
  const { dialog, setDialog } = useScreen();
  const close = () => setDialog(null);
  if (dialog === 'move') return <MoveDialog onClose={close} />;
  if (dialog === 'destroy') return <DestroyDialog onClose={close} />;
  if (dialog === 'keys') return <KeysDialog onClose={close} />;
  return null;
}

/** The one question of the list: what goes from Trash cannot come back. */
function DestroyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations();
  const { targets, destroy } = useScreen();
  const confirm = () => {
    onClose();
    destroy();
  };
  return (
    <Dialog
      title={t('mail.destroyTitle', { n: targets().length })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button look="danger" onClick={confirm}>
            {t('mail.destroy')}
          </Button>
        </>
      }
    >
      <p className="text-ui">{t('mail.destroyText')}</p>
    </Dialog>
  );
}
