'use client';
import { Archive, FolderInput, Mail, MailOpen, OctagonAlert, ShieldCheck, Trash2, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/icon-button';
import { useScreen } from './screen';

/** What can be done to the selected rows. */
export function SelectionBar() {
  const t = useTranslations();
  const { selection, setSelection, run, setDialog, mailbox, list, account } = useScreen();
  const unread = [...selection].some((id) => !account?.emails.get(id)?.keywords.$seen);
  const junk = mailbox?.role === 'junk';
  return (
    <div role="toolbar" aria-label={t('mail.selection')} className="flex min-w-0 flex-1 items-center gap-1">
      <IconButton
        icon={X}
        label={t('mail.clearSelection')}
        shortcut="Esc"
        onClick={() => setSelection(new Set())}
      />
      <p className="me-2 whitespace-nowrap font-medium text-ui">
        {t('mail.selected', { n: selection.size })}
      </p>
      <IconButton icon={Archive} label={t('action.archive')} shortcut="e" onClick={() => run('archive')} />
      <IconButton icon={Trash2} label={t('action.delete')} shortcut="#" onClick={() => run('delete')} />
      <IconButton
        icon={junk ? ShieldCheck : OctagonAlert}
        label={junk ? t('mail.notSpam') : t('action.spam')}
        shortcut="!"
        onClick={() => run(junk ? 'notSpam' : 'spam')}
        className="max-[22.5rem]:hidden"
      />
      <IconButton
        icon={unread ? MailOpen : Mail}
        label={unread ? t('mail.markRead') : t('mail.markUnread')}
        shortcut={unread ? 'Shift+i' : 'Shift+u'}
        onClick={() => run(unread ? 'read' : 'unread')}
      />
      <IconButton
        icon={FolderInput}
        label={t('action.move')}
        shortcut="v"
        onClick={() => setDialog('move')}
      />
      <button
        type="button"
        className="target ms-auto rounded-control px-2 text-accent text-ui hover:bg-hover max-md:hidden"
        onClick={() => setSelection(new Set(list?.list.ids.filter((id) => id !== null)))}
      >
        {t('mail.selectAll')}
      </button>
    </div>
  );
}
