'use client';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { MoveDialog } from '@/components/mailbox/move-dialog';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { KeysDialog } from './keys-dialog';
import { useScreen } from './screen';
import { usePlaceName } from './use-place-name';

export function MailDialogs() {
  const { dialog, setDialog } = useScreen();
  const close = () => setDialog(null);
  if (dialog === 'move') return <MoveDialog onClose={close} />;
  if (dialog === 'destroy') return <DestroyDialog onClose={close} />;
  if (dialog === 'empty') return <EmptyDialog onClose={close} />;
  if (dialog === 'keys') return <KeysDialog onClose={close} />;
  return null;
}

/** The questions of the list: what goes from Trash cannot come back. */
function DestroyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations();
  const { targets, destroy } = useScreen();
  return (
    <ForEver title={t('mail.destroyTitle', { n: targets().length })} onClose={onClose} onConfirm={destroy}>
      {t('mail.destroyText')}
    </ForEver>
  );
}

function EmptyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('mail');
  const { mailbox, empty } = useScreen();
  const folder = usePlaceName();
  return (
    <ForEver title={t('emptyTitle', { folder })} onClose={onClose} onConfirm={empty}>
      {t('emptyText', { n: mailbox?.totalEmails ?? 0 })}
    </ForEver>
  );
}

interface ForEverProps {
  title: string;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

function ForEver({ title, onClose, onConfirm, children }: ForEverProps) {
  const t = useTranslations();
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog
      title={title}
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
      <p className="text-ui">{children}</p>
    </Dialog>
  );
}
