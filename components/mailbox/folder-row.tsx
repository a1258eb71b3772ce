'use client';
import { ChevronDown, MoreHorizontal } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { useQueued } from '@/components/composer/use-without-queued';
import { cx } from '@/components/ui/class-names';
import type { MailboxNode } from '@/lib/client/tree';
import type { Id } from '@/lib/jmap/types';
import { afterRelease } from './after-release';
import { folderIcon } from './folder-icon';
import { indentOf } from './indent';
import { STARRED } from './starred-node';
import { useDrop } from './use-drop';

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
  /** Opens the row's menu; null where there is nothing to do. */
  onMenu: (() => void) | null;
  menuOpen: boolean;
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
  onMenu,
  menuOpen,
}: Props) {
  const t = useTranslations('mail');
  const tFolders = useTranslations('folders');
  const nameId = useId();
  const { mailbox, depth, hasChildren } = node;
  const drop = useDrop(accountId, mailbox);
  const Icon = folderIcon(mailbox.role);
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
      aria-labelledby={nameId}
      aria-haspopup={onMenu ? 'menu' : undefined}
      aria-keyshortcuts={onMenu ? 'Shift+F10' : undefined}
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
        if (event.target !== event.currentTarget) return;
        const asksMenu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
        if (asksMenu && onMenu) onMenu();
        else if (event.key === 'Enter' || event.key === ' ') onEnter();
        else return;
        event.preventDefault();
      }}
      onContextMenu={(event) => {
        if (!onMenu) return;
        event.preventDefault();
        afterRelease(event.nativeEvent, onMenu);
      }}
      onFocus={onFocus}
      {...drop.handlers}
      className={cx(
        'target group ring-inside relative mx-2 flex cursor-pointer select-none items-center gap-2 rounded-control text-ui',
        onMenu ? 'pe-3 pointer-coarse:pe-0' : 'pe-3',
        current ? 'bg-selected font-medium text-text' : 'text-text-2 hover:bg-hover',
        drop.over && 'bg-selected outline-2 outline-accent -outline-offset-2',
      )}
      style={{ paddingInlineStart: indentOf(depth) }}
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
      <span id={nameId} className="flex min-w-0 flex-1 items-center gap-2">
        <span
          className={cx(
            'min-w-0 flex-1 truncate',
            unread && mailbox.role !== 'drafts' && 'font-semibold text-text',
          )}
        >
          {name}
        </span>
        {unread && (
          <span
            className={cx(
              'text-row text-text-2 tabular-nums',
              onMenu && 'pointer-fine:group-hover:opacity-0 pointer-fine:group-focus-visible:opacity-0',
            )}
          >
            {count}
            {mailbox.role !== 'drafts' && <span className="sr-only"> {t('unreadWord', { n: count })}</span>}
          </span>
        )}
      </span>
      {onMenu && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={tFolders('menu', { name })}
          aria-haspopup="menu"
          aria-expanded={menuOpen}
          onClick={(event) => {
            event.stopPropagation();
            onMenu();
          }}
          className={cx(
            'target absolute inset-y-0 end-0 inline-flex items-center justify-center rounded-control opacity-0 hover:text-text',
            'group-hover:opacity-100 group-focus-visible:opacity-100 aria-expanded:opacity-100',
            'pointer-coarse:static pointer-coarse:shrink-0 pointer-coarse:opacity-100',
          )}
        >
          <MoreHorizontal size={16} strokeWidth={1.75} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
