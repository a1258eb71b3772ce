'use client';
/** Folders as a tree (ARIA APG): one tab stop, arrows inside, roles first, drop target for rows. */
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { goInto } from '@/components/shell/use-route';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { useMailboxTree } from '@/lib/client/hooks';
import { mailboxRoute } from '@/lib/client/route';
import type { MailboxNode } from '@/lib/client/tree';
import type { Id } from '@/lib/jmap/types';
import { FolderRow } from './folder-row';
import { STARRED, withStarred } from './starred-node';

export function FolderTree({ accountId, label }: { accountId: Id; label: string }) {
  const t = useTranslations('mail');
  const { route } = useScreen();
  const nameOf = useMailboxName();
  const tree = useMailboxTree(accountId);
  const [closed, setClosed] = useState<ReadonlySet<Id>>(new Set());
  const [cursor, setCursor] = useState<Id | null>(null);
  const nodes = useMemo(() => visible(withStarred(tree, t('starredPlace')), closed), [tree, closed, t]);
  const here = route.accountId === accountId ? placeOf(route) : null;
  const tabStop =
    [cursor, here].find((id) => nodes.some(({ mailbox }) => mailbox.id === id)) ?? nodes[0]?.mailbox.id;

  const toggle = (id: Id, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const enter = (id: Id) => {
    const place = { accountId, threadId: null, folders: false };
    goInto(id === STARRED ? { view: 'starred', ...place } : mailboxRoute(accountId, id));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const index = nodes.findIndex(({ mailbox }) => mailbox.id === tabStop);
    const node = nodes[index];
    if (!node) return;
    const to = target(event.key, nodes, index, closed);
    if (event.key === 'ArrowRight' && node.hasChildren && closed.has(node.mailbox.id))
      toggle(node.mailbox.id, true);
    else if (event.key === 'ArrowLeft' && node.hasChildren && !closed.has(node.mailbox.id))
      toggle(node.mailbox.id, false);
    else if (to) {
      setCursor(to.mailbox.id);
      event.currentTarget
        .querySelector<HTMLElement>(`[data-mailbox="${CSS.escape(to.mailbox.id)}"]`)
        ?.focus();
    } else return;
    event.preventDefault();
  };
  if (tree.length === 0) return <TreeBars />;
  return (
    <div role="tree" aria-label={label} onKeyDown={onKeyDown}>
      {nodes.map((node) => (
        <FolderRow
          key={node.mailbox.id}
          accountId={accountId}
          node={node}
          name={nameOf(node.mailbox)}
          current={node.mailbox.id === here}
          open={!closed.has(node.mailbox.id)}
          tabStop={node.mailbox.id === tabStop}
          onEnter={() => enter(node.mailbox.id)}
          onFocus={() => setCursor(node.mailbox.id)}
          onToggle={(open) => toggle(node.mailbox.id, open)}
        />
      ))}
    </div>
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
  return route.view === 'starred' ? STARRED : route.mailboxId;
}

function visible(nodes: readonly MailboxNode[], closed: ReadonlySet<Id>): MailboxNode[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return nodes.filter(({ mailbox, depth }) => {
    if (depth > hiddenBelow) return false;
    hiddenBelow = closed.has(mailbox.id) ? depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

function target(
  key: string,
  nodes: readonly MailboxNode[],
  index: number,
  closed: ReadonlySet<Id>,
): MailboxNode | undefined {
  const node = nodes[index];
  if (key === 'ArrowDown') return nodes[index + 1];
  if (key === 'ArrowUp') return nodes[index - 1];
  if (key === 'Home') return nodes[0];
  if (key === 'End') return nodes.at(-1);
  if (key === 'ArrowRight' && node?.hasChildren && !closed.has(node.mailbox.id)) return nodes[index + 1];
  if (key === 'ArrowLeft') return nodes.slice(0, index).findLast(({ depth }) => depth < (node?.depth ?? 0));
  return undefined;
}
