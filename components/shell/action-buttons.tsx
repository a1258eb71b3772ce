'use client';
/** What can be done to mail, in one order wherever it stands: over the selected rows and over the open conversation. */
import { Archive, FolderInput, Mail, MailOpen, OctagonAlert, ShieldCheck, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/icon-button';
import { useScreen } from './screen';

interface Props {
  /** Offer to mark as read; else as unread. */
  unread: boolean;
  /** Where there is room for four only. */
  readClassName?: string;
}

export function ActionButtons({ unread, readClassName }: Props) {
  const t = useTranslations();
  const { run, setDialog, mailbox } = useScreen();
  const junk = mailbox?.role === 'junk';
  return (
    <>
      <IconButton icon={Archive} label={t('action.archive')} shortcut="e" onClick={() => run('archive')} />
      <IconButton icon={Trash2} label={t('action.delete')} shortcut="#" onClick={() => run('delete')} />
      <IconButton
        icon={junk ? ShieldCheck : OctagonAlert}
        label={junk ? t('mail.notSpam') : t('action.spam')}
        shortcut="!"
        onClick={() => run(junk ? 'notSpam' : 'spam')}
      />
      <span aria-hidden="true" className="mx-1 h-5 w-px bg-line max-md:hidden" />
      <IconButton
        icon={FolderInput}
        label={t('action.move')}
        shortcut="v"
        onClick={() => setDialog('move')}
      />
      <IconButton
        icon={unread ? MailOpen : Mail}
        label={unread ? t('mail.markRead') : t('mail.markUnread')}
        shortcut={unread ? 'Shift+i' : 'Shift+u'}
        onClick={() => run(unread ? 'read' : 'unread')}
        className={readClassName}
      />
    </>
  );
}
