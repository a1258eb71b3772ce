'use client';
import {
  Archive,
  ArrowLeft,
  ChevronDown,
  ChevronUp,
  FolderInput,
  Mail,
  OctagonAlert,
  ShieldCheck,
  Trash2,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { goBack } from '@/components/shell/use-route';
import { IconButton } from '@/components/ui/icon-button';

/** What can be done to the open conversation; previous and next stand at the end. */
export function ThreadToolbar() {
  const t = useTranslations();
  const { route, mailbox, run, setDialog, looks } = useScreen();
  const { at, count, open } = usePlaceInList();
  const junk = mailbox?.role === 'junk';
  const alone = looks.readingPane === 'off' ? '' : 'md:hidden';
  return (
    <div
      role="toolbar"
      aria-label={t('read.toolbar')}
      className="flex h-12 shrink-0 items-center gap-1 border-line border-b bg-bg px-2 max-md:bg-pane print:hidden short:h-auto"
    >
      <span className={`contents ${alone}`}>
        <IconButton
          icon={ArrowLeft}
          label={t('ui.back')}
          shortcut="u"
          className={`mirror ${alone}`}
          onClick={() => goBack({ ...route, threadId: null })}
        />
      </span>
      <IconButton icon={Archive} label={t('action.archive')} shortcut="e" onClick={() => run('archive')} />
      <IconButton icon={Trash2} label={t('action.delete')} shortcut="#" onClick={() => run('delete')} />
      <IconButton
        icon={junk ? ShieldCheck : OctagonAlert}
        label={junk ? t('mail.notSpam') : t('action.spam')}
        shortcut="!"
        onClick={() => run(junk ? 'notSpam' : 'spam')}
      />
      <span aria-hidden="true" className="mx-1 h-5 w-px bg-line" />
      <IconButton
        icon={FolderInput}
        label={t('action.move')}
        shortcut="v"
        onClick={() => setDialog('move')}
      />
      <IconButton
        icon={Mail}
        label={t('mail.markUnread')}
        shortcut="Shift+u"
        onClick={() => run('unread')}
        className="max-[22.5rem]:hidden"
      />
      <span className="ms-auto flex items-center">
        <IconButton
          icon={ChevronUp}
          label={t('read.previous')}
          shortcut="k"
          disabled={at <= 0}
          onClick={() => open(at - 1)}
        />
        <IconButton
          icon={ChevronDown}
          label={t('read.next')}
          shortcut="j"
          disabled={at < 0 || at + 1 >= count}
          onClick={() => open(at + 1)}
        />
      </span>
    </div>
  );
}

function usePlaceInList() {
  const { route, account, list, open } = useScreen();
  const at =
    list?.list.ids.findIndex((id) => id !== null && account?.emails.get(id)?.threadId === route.threadId) ??
    -1;
  return { at, count: list?.list.total ?? 0, open };
}
