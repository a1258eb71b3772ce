'use client';
/** Archive, delete, read, spam in place of marks and time: nothing moves when they come (page.md §4). */
import { Archive, type LucideIcon, Mail, MailOpen, OctagonAlert, ShieldCheck, Trash2 } from 'lucide-react';
import type { MouseEvent } from 'react';
import { useTranslations } from 'use-intl';
import { type MailAction, useScreen } from '@/components/shell/screen';
import { Tooltip } from '@/components/ui/tooltip';
import { scopeOf } from '@/lib/client/route';
import { actedOn, type Row } from '@/lib/client/row';
import { CELL } from './grid-roles';

interface Entry {
  action: MailAction;
  icon: LucideIcon;
  label: string;
  shortcut: string;
}

export function RowActions({ row }: { row: Row }) {
  const t = useTranslations();
  const { run, route, mailbox } = useScreen();
  const junk = mailbox?.role === 'junk';
  const entries: Entry[] = [
    { action: 'archive', icon: Archive, label: t('action.archive'), shortcut: 'e' },
    { action: 'delete', icon: Trash2, label: t('action.delete'), shortcut: '#' },
    row.unread
      ? { action: 'read', icon: MailOpen, label: t('mail.markRead'), shortcut: 'Shift+i' }
      : { action: 'unread', icon: Mail, label: t('mail.markUnread'), shortcut: 'Shift+u' },
    junk
      ? { action: 'notSpam', icon: ShieldCheck, label: t('mail.notSpam'), shortcut: '!' }
      : { action: 'spam', icon: OctagonAlert, label: t('action.spam'), shortcut: '!' },
  ];
  const act = (event: MouseEvent, action: MailAction) => {
    event.stopPropagation();
    run(action, actedOn(row, scopeOf(route)));
  };
  return (
    <span
      {...CELL}
      className="absolute inset-y-0.5 end-0.5 flex items-center gap-1 bg-inherit ps-2 pe-3 [mask-image:linear-gradient(to_right,transparent,#000_0.75rem)] max-md:hidden rtl:[mask-image:linear-gradient(to_left,transparent,#000_0.75rem)]"
    >
      {entries.map(({ action, icon: Icon, label, shortcut }) => (
        <Tooltip key={action} label={label} shortcut={shortcut}>
          <button
            type="button"
            tabIndex={-1}
            data-row-action=""
            aria-label={label}
            onClick={(event) => act(event, action)}
            onKeyDown={(event) => event.key === 'Enter' && event.stopPropagation()}
            className="inline-flex size-7 items-center justify-center rounded-control text-text-2 hover:bg-bg hover:text-text"
          >
            <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
          </button>
        </Tooltip>
      ))}
    </span>
  );
}
