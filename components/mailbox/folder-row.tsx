'use client';
import {
  Archive,
  ChevronDown,
  Clock,
  FilePen,
  Flag,
  Folder,
  Inbox,
  type LucideIcon,
  Mails,
  OctagonAlert,
  Send,
  Star,
  Trash2,
} from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useQueued } from '@/components/composer/use-without-queued';
import { draggedEmails } from '@/components/thread/drag';
import { cx } from '@/components/ui/class-names';
import { useActions } from '@/lib/client/hooks';
import type { MailboxNode } from '@/lib/client/tree';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { STARRED } from './starred-node';

const ICONS: Record<MailboxRole, LucideIcon> = {
  inbox: Inbox,
  archive: Archive,
  drafts: FilePen,
  sent: Send,
  junk: OctagonAlert,
  trash: Trash2,
  all: Mails,
  flagged: Star,
  important: Flag,
  snoozed: Clock,
};

/** Deeper levels are told by the tooltip: an indent without end leaves no room for names. */
const MAX_INDENT = 5;

interface Props {
  accountId: Id;
  node: MailboxNode;
  name: string;
  current: boolean;
  open: boolean;
  tabStop: boolean;
  onEnter: () => void;
  onFocus: () => void;
  onToggle: (open: boolean) => void;
}

export function FolderRow({
  accountId,
  node,
  name,
  current,
  open,
  tabStop,
  onEnter,
  onFocus,
  onToggle,
}: Props) {
  const t = useTranslations('mail');
  const { mailbox, depth, hasChildren } = node;
  const drop = useDrop(accountId, node);
  const Icon = mailbox.role === null ? Folder : ICONS[mailbox.role];
  const queued = useQueued(accountId);
  // What waits to be sent stands in Outbox.
  const total = Math.max(0, mailbox.totalEmails - (mailbox.role === 'drafts' ? queued.size : 0));
  const count = mailbox.role === 'drafts' ? total : mailbox.unreadEmails;
  const unread = count > 0 && mailbox.role !== 'trash' && mailbox.role !== 'junk';
  const title = [node.path.join(' / '), mailbox.id !== STARRED && t('totalIn', { n: total })]
    .filter(Boolean)
    .join('\n');
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-current={current ? 'page' : undefined}
      aria-selected={current}
      aria-expanded={hasChildren ? open : undefined}
      tabIndex={tabStop ? 0 : -1}
      data-mailbox={mailbox.id}
      data-pane-focus={tabStop ? 'folders' : undefined}
      title={title}
      onClick={onEnter}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onEnter();
      }}
      onFocus={onFocus}
      {...drop.handlers}
      className={cx(
        'target ring-inside mx-2 flex cursor-pointer items-center gap-2 rounded-control pe-3 text-ui',
        current ? 'bg-selected font-medium text-text' : 'text-text-2 hover:bg-hover',
        drop.over && 'bg-selected outline-2 outline-accent -outline-offset-2',
      )}
      style={{ paddingInlineStart: `${Math.min(depth, MAX_INDENT)}rem` }}
    >
      <span
        aria-hidden="true"
        className="flex size-6 shrink-0 items-center justify-center"
        onClick={(event) => {
          if (!hasChildren) return;
          event.stopPropagation();
          onToggle(!open);
        }}
      >
        {hasChildren && (
          <ChevronDown
            size={16}
            strokeWidth={1.75}
            className={cx('transition-transform', !open && '-rotate-90 rtl:rotate-90')}
          />
        )}
      </span>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
      <span
        className={cx(
          'min-w-0 flex-1 truncate',
          unread && mailbox.role !== 'drafts' && 'font-semibold text-text',
        )}
      >
        {name}
      </span>
      {unread && (
        <span className="text-row text-text-2 tabular-nums">
          <span aria-hidden="true">{count}</span>
          <span className="sr-only">
            , {t(mailbox.role === 'drafts' ? 'messages' : 'unreadCount', { n: count })}
          </span>
        </span>
      )}
    </div>
  );
}

function useDrop(accountId: Id, { mailbox }: MailboxNode) {
  const actions = useActions();
  const [over, setOver] = useState(false);
  const takes = (event: DragEvent) =>
    mailbox.myRights.mayAddItems && mailbox.id !== STARRED && draggedEmails(event, accountId) !== null;
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        const dragged = draggedEmails(event, accountId);
        setOver(false);
        if (!dragged || !takes(event)) return;
        event.preventDefault();
        actions.move(accountId, dragged.ids, mailbox, dragged.from ?? undefined);
      },
    },
  };
}
