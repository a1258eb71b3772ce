'use client';
/** Where to: type a part of the name, Enter takes the first (page.md §10: `v`, text, Enter). */
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { cx } from '@/components/ui/class-names';
import { Dialog } from '@/components/ui/dialog';
import type { Part } from '@/lib/client/actions';
import { useMailboxTree } from '@/lib/client/hooks';
import type { MailboxRole } from '@/lib/jmap/types';
import { folderIcon } from './folder-icon';

/** Mail is seldom moved there: Enter alone must not. */
const LAST: readonly (MailboxRole | null)[] = ['drafts', 'sent'];
const isLast = (role: MailboxRole | null) => Number(LAST.includes(role));

/** Arrows take the list with them. */
const intoView = (option: HTMLElement | null) => option?.scrollIntoView({ block: 'nearest' });

/** Within an account: a mailbox takes mail of its own only. */
export function MoveDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('mail');
  const { targets, partsOf } = useScreen();
  const ids = targets();
  const [part, ...others] = partsOf(ids);
  const title = t('moveTitle', { n: ids.length });
  if (part && others.length === 0) return <MoveWithin part={part} title={title} onClose={onClose} />;
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="text-ui">{t('moveSeveral')}</p>
    </Dialog>
  );
}

interface Props {
  part: Part;
  title: string;
  onClose: () => void;
}

function MoveWithin({ part: { accountId, from }, title, onClose }: Props) {
  const t = useTranslations('mail');
  const { mailbox: here, moveTo } = useScreen();
  const nameOf = useMailboxName();
  const tree = useMailboxTree(accountId);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(0);
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matches = tree
    .filter(({ mailbox }) => mailbox.myRights.mayAddItems && mailbox.id !== (from ?? here?.id))
    .map((node) => ({ ...node, words: [...node.path.slice(0, -1), nameOf(node.mailbox)] }))
    .filter((node) => words.every((word) => node.words.join(' ').toLocaleLowerCase().includes(word)))
    .toSorted((a, b) => isLast(a.mailbox.role) - isLast(b.mailbox.role));
  const at = Math.min(cursor, matches.length - 1);
  const choose = (index: number) => {
    const to = matches[index]?.mailbox;
    if (!to) return;
    onClose();
    moveTo({ ...to, name: nameOf(to) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') choose(at);
    else if (step !== undefined) setCursor(Math.min(matches.length - 1, Math.max(0, at + step)));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={title} onClose={onClose} focus={input}>
      <input
        ref={input}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={matches[at] ? `${listId}-${at}` : undefined}
        aria-autocomplete="list"
        aria-label={t('folderName')}
        placeholder={t('folderName')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCursor(0);
        }}
        onKeyDown={onKeyDown}
        data-edge=""
        className="target input-text mt-1 w-full rounded-control border border-control bg-bg px-3"
      />
      <div id={listId} role="listbox" aria-label={t('folders')} className="mt-2 max-h-72 overflow-y-auto">
        {matches.map(({ mailbox, words: path }, index) => (
          <div
            key={mailbox.id}
            ref={index === at ? intoView : undefined}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onPointerUp={() => choose(index)}
            className={cx(
              'target flex cursor-pointer items-center gap-3 rounded-control px-3 text-ui hover:bg-hover',
              index === at && 'bg-selected',
            )}
          >
            <FolderIcon role={mailbox.role} />
            <span className="truncate">
              {path.length > 1 && <span className="text-text-3">{path.slice(0, -1).join(' / ')} / </span>}
              {path.at(-1)}
            </span>
          </div>
        ))}
      </div>
      <p role="status" className="text-row text-text-3">
        {matches.length === 0 ? t('noFolder') : ''}
      </p>
    </Dialog>
  );
}

function FolderIcon({ role }: { role: MailboxRole | null }) {
  const Icon = folderIcon(role);
  return <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-text-2" />;
}
