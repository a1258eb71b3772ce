'use client';
/** Folders as a tree (ARIA APG): one tab stop, arrows inside, roles first, drop target for rows, named in place. */
import { Fragment, type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { go } from '@/components/shell/use-route';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { useMailboxTree } from '@/lib/client/hooks';
import { mailboxRoute } from '@/lib/client/route';
import type { Id } from '@/lib/jmap/types';
import { FolderMenu } from './folder-menu';
import { FolderNameRow } from './folder-name-row';
import { FolderRow } from './folder-row';
import { NEW_FOLDER, NewFolderRow } from './new-folder-row';
import { STARRED, withStarred } from './starred-node';
import { treeStep, visible } from './tree-keys';
import { rowIn, useFocusRow } from './use-focus-row';
import { useNaming } from './use-naming';

interface Props {
  accountId: Id;
  label: string;
}

export function FolderTree({ accountId, label }: Props) {
  const { route } = useScreen();
  return (
    <Tree accountId={accountId} label={label} here={route.accountId === accountId ? placeOf(route) : null} />
  );
}

/** Every step in the list is a change of the screen, and none of the tree. */
const Tree = memo(TreeOf);

function TreeOf({ accountId, label, here }: Props & { here: Id | null }) {
  const t = useTranslations();
  const nameOf = useMailboxName();
  const tree = useMailboxTree(accountId);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<Id>>(new Set());
  const [cursor, setCursor] = useState<Id | null>(null);
  const [menu, setMenu] = useState<Id | null>(null);
  const focusRow = useFocusRow(root);
  const nodes = useMemo(() => {
    const stops = withStarred(tree, t('mail.starredPlace')).map((node) => ({ ...node, id: node.mailbox.id }));
    return visible(stops, closed);
  }, [tree, closed, t]);
  const stops = [...nodes, { id: NEW_FOLDER, depth: 0, hasChildren: false }];
  const tabStop = [cursor, here].find((id) => stops.some((stop) => stop.id === id)) ?? stops[0]?.id;

  const toggle = (id: Id, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const naming = useNaming(accountId, focusRow);
  const nameInside = (id: Id) => {
    toggle(id, true);
    naming.inside(id);
  };
  const openMenu = (id: Id) => {
    opener.current = rowIn(root.current, id);
    setMenu(id);
  };
  const enter = (id: Id) => {
    const place = { accountId, threadId: null, folders: false };
    go(id === STARRED ? { view: 'starred', ...place } : mailboxRoute(accountId, id));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement) return;
    const step = treeStep(event.key, stops, tabStop, closed);
    if (!step) return;
    if ('to' in step) focusRow(step.to);
    else if (tabStop !== undefined) toggle(tabStop, step.open);
    event.preventDefault();
  };
  if (tree.length === 0) return <TreeBars />;
  return (
    <>
      <div ref={root} role="tree" aria-label={label} onKeyDown={onKeyDown}>
        {nodes.map((node) => (
          <Fragment key={node.id}>
            {naming.renames(node.id) ? (
              <FolderNameRow
                label={t('folders.nameOf', { name: node.mailbox.name })}
                depth={node.depth}
                name={node.mailbox.name}
                {...naming.row}
              />
            ) : (
              <FolderRow
                accountId={accountId}
                node={node}
                name={nameOf(node.mailbox)}
                current={node.id === here}
                open={!closed.has(node.id)}
                tabStop={node.id === tabStop}
                onEnter={() => enter(node.id)}
                onFocus={() => setCursor(node.id)}
                onToggle={(open) => toggle(node.id, open)}
                onMenu={node.id === STARRED ? null : () => openMenu(node.id)}
                menuOpen={node.id === menu}
              />
            )}
            {naming.createsIn(node.id) && (
              <FolderNameRow label={t('folders.newName')} depth={node.depth + 1} {...naming.row} />
            )}
          </Fragment>
        ))}
        {naming.createsIn(null) ? (
          <FolderNameRow label={t('folders.newName')} depth={0} {...naming.row} />
        ) : (
          <NewFolderRow
            tabStop={tabStop === NEW_FOLDER}
            onEnter={() => naming.inside(null)}
            onFocus={() => setCursor(NEW_FOLDER)}
          />
        )}
      </div>
      <FolderMenu
        accountId={accountId}
        opener={opener}
        stops={nodes}
        id={menu}
        onClose={() => setMenu(null)}
        onNew={nameInside}
        onRename={naming.rename}
        focusRow={focusRow}
      />
    </>
  );
}

function TreeBars() {
  return (
    <Delayed>
      {[60, 45, 52, 38].map((width) => (
        <div key={width} className="flex h-8 items-center ps-10 pe-3">
          <span style={{ width: `${width}%` }}>
            <Skeleton />
          </span>
        </div>
      ))}
    </Delayed>
  );
}

function placeOf(route: ReturnType<typeof useScreen>['route']): Id | null {
  if (route.view === 'all') return null;
  return route.view === 'starred' ? STARRED : route.mailboxId;
}
