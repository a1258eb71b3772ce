'use client';
/** What can be done to one folder, and the question before its mail goes for ever. */
import { FolderPlus, Pencil, Trash2 } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { Menu } from '@/components/ui/menu';
import { onDemand } from '@/components/ui/on-demand';
import { mayDelete, mayRename, subtree } from '@/lib/client/folders';
import { useMailboxes } from '@/lib/client/hooks';
import type { Id, Mailbox } from '@/lib/jmap/types';
import { afterRemoval, type TreeStop } from './tree-keys';
import { useFolderActions } from './use-folder-actions';

const DeleteFolderDialog = onDemand(() =>
  import('./delete-folder-dialog').then((module) => module.DeleteFolderDialog),
);

interface Props {
  accountId: Id;
  /** The row, which the menu stands at and gives the focus back to. */
  opener: RefObject<HTMLElement | null>;
  stops: readonly TreeStop[];
  /** Of the folder whose menu is open. */
  id: Id | null;
  onClose: () => void;
  onNew: (parentId: Id) => void;
  onRename: (id: Id) => void;
  focusRow: (id: Id) => void;
}

const NONE: ReadonlyMap<Id, Mailbox> = new Map();

export function FolderMenu({ accountId, opener, stops, id, onClose, onNew, onRename, focusRow }: Props) {
  const t = useTranslations('folders');
  const nameOf = useMailboxName();
  const { route } = useScreen();
  const actions = useFolderActions(accountId);
  const mailboxes = useMailboxes(accountId) ?? NONE;
  const [asked, setAsked] = useState<Id | null>(null);
  const mailbox = id === null ? undefined : mailboxes.get(id);
  const doomed = asked === null ? [] : subtree(mailboxes, asked);

  const remove = async (target: Mailbox, sure: boolean) => {
    const gone = new Set(subtree(mailboxes, target.id).map((each) => each.id));
    const next = afterRemoval(stops, gone, target.id);
    const open = route.accountId === accountId && route.view === 'mailbox' && gone.has(route.mailboxId);
    if (open) actions.leave(route.folders);
    const outcome = await actions.remove(target, sure);
    if (outcome === 'asks') setAsked(target.id);
    else if (outcome === 'done' && next !== undefined) focusRow(next);
  };
  const onDelete = (target: Mailbox) => {
    const empty = target.totalEmails === 0 && subtree(mailboxes, target.id).length === 1;
    if (empty) void remove(target, false);
    else setAsked(target.id);
  };
  return (
    <>
      {mailbox && (
        <Menu
          opener={opener}
          align="end"
          label={t('menu', { name: nameOf(mailbox) })}
          onClose={onClose}
          items={[
            ...(mailbox.myRights.mayCreateChild
              ? [
                  {
                    id: 'new',
                    label: t('newInside', { name: nameOf(mailbox) }),
                    icon: FolderPlus,
                    onSelect: () => onNew(mailbox.id),
                  },
                ]
              : []),
            ...(mayRename(mailbox)
              ? [{ id: 'rename', label: t('rename'), icon: Pencil, onSelect: () => onRename(mailbox.id) }]
              : []),
            ...(mayDelete(mailboxes, mailbox.id)
              ? [
                  {
                    id: 'delete',
                    label: t('delete'),
                    icon: Trash2,
                    danger: true,
                    startsGroup: true,
                    onSelect: () => onDelete(mailbox),
                  },
                ]
              : []),
          ]}
        />
      )}
      {doomed[0] && (
        <DeleteFolderDialog
          name={doomed[0].name}
          emails={doomed.reduce((sum, { totalEmails }) => sum + totalEmails, 0)}
          folders={doomed.length - 1}
          onClose={() => setAsked(null)}
          onDelete={() => doomed[0] && void remove(doomed[0], true)}
        />
      )}
    </>
  );
}
