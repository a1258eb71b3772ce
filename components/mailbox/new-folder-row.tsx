'use client';
/** The last row of a tree (page.md §7): starts the naming of a folder at the top. */
import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** Not a JMAP id (RFC 8620 §1.2). */
export const NEW_FOLDER = '~new';

interface Props {
  tabStop: boolean;
  onEnter: () => void;
  onFocus: () => void;
}

export function NewFolderRow({ tabStop, onEnter, onFocus }: Props) {
  const t = useTranslations('folders');
  return (
    <div
      role="treeitem"
      aria-level={1}
      aria-selected={false}
      tabIndex={tabStop ? 0 : -1}
      data-mailbox={NEW_FOLDER}
      data-pane-focus={tabStop ? 'folders' : undefined}
      onClick={onEnter}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onEnter();
      }}
      onFocus={onFocus}
      className="target ring-inside mx-2 flex cursor-pointer items-center gap-2 rounded-control pe-3 text-text-2 text-ui hover:bg-hover"
    >
      <span aria-hidden="true" className="size-6 shrink-0" />
      <Plus size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
      <span className="min-w-0 flex-1 truncate">{t('new')}</span>
    </div>
  );
}
