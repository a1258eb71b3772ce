'use client';
/** One row (page.md §4): unread dot, sender, time, subject, preview, marks; actions on hover, swipes on touch. */
import { CornerUpLeft, CornerUpRight, Paperclip, Star } from 'lucide-react';
import {
  type DragEvent,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/components/ui/class-names';
import { actedOn, type Row } from '@/lib/client/row';
import { fullTime, listTime } from '@/lib/i18n/dates';
import { startDrag } from './drag';
import { CELL, ROW } from './grid-roles';
import { RowActions } from './row-actions';
import { RowPeople } from './row-people';
import { RowPreview, RowText } from './row-text';
import { SwipeRow } from './swipe-row';
import { useClock } from './use-clock';
import { useRowName } from './use-row-name';

interface Props {
  row: Row;
  index: number;
  height: number;
  tabStop: boolean;
  selected: boolean;
  phone: boolean;
}

export function EmailListRow({ row, index, height, tabStop, selected, phone }: Props) {
  const screen = useScreen();
  const name = useRowName(row);
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const { route, account, looks } = screen;
  const { email } = row;
  const isOpen = email.threadId === route.threadId;
  const toggle = () => {
    screen.setCursor(index);
    screen.setSelection(toggled(screen.selection, email.id));
  };
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || (phone && screen.selection.size > 0)) toggle();
    else if (event.shiftKey) screen.setSelection(rangeTo(screen, index));
    else screen.open(index);
  };
  const scope = route.view === 'mailbox' ? route.mailboxId : null;
  const t = useTranslations('mail');
  /** The selected ones travel together; a row that is not selected travels alone. */
  const onDragStart = (event: DragEvent) => {
    const ids = selected ? screen.targets() : actedOn(row, scope);
    startDrag(event, { accountId: route.accountId, ids, from: scope }, t('messages', { n: ids.length }));
  };
  const props = {
    ...ROW,
    'aria-rowindex': index + 1,
    'aria-selected': selected,
    'aria-current': isOpen || undefined,
    'aria-label': name,
    tabIndex: tabStop ? 0 : -1,
    'data-pane-focus': tabStop ? 'list' : undefined,
    'data-unread': row.unread || undefined,
    draggable: !phone,
    onDragStart,
    // Focus would move the cursor, and that is where a range begins.
    onMouseDown: (event: MouseEvent) => event.shiftKey && event.preventDefault(),
    onClick,
    onKeyDown: moveInside,
    onPointerEnter: (event: PointerEvent) => event.pointerType === 'mouse' && setHovered(true),
    onPointerLeave: () => setHovered(false),
    onFocus: (event: FocusEvent) => {
      setFocused(true);
      if (event.target === event.currentTarget && screen.cursor !== index) screen.setCursor(index);
    },
    onBlur: (event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setFocused(false),
  };
  return (
    <SwipeRow
      enabled={phone}
      onArchive={() => screen.run('archive', actedOn(row, scope))}
      onToggleRead={() => screen.run(row.unread ? 'read' : 'unread', actedOn(row, scope))}
      onDelete={() => screen.run('delete', actedOn(row, scope))}
      onLongPress={toggle}
      unread={row.unread}
    >
      <div
        {...props}
        className={cx(
          'group ring-inside relative flex cursor-default select-none items-center gap-2 border-line border-b pe-4 text-ui',
          account?.refused.has(email.id)
            ? 'bg-danger-bg'
            : selected || isOpen
              ? 'bg-selected'
              : hovered
                ? 'bg-hover'
                : 'bg-bg',
        )}
        style={{ height }}
      >
        <Gutter row={row} selected={selected} hovered={hovered} phone={phone} toggle={toggle} />
        {looks.density === 'comfortable' && !phone && <Sender row={row} size={32} />}
        <RowBody row={row} phone={phone} />
        {(hovered || focused) && !phone && <RowActions row={row} />}
      </div>
    </SwipeRow>
  );
}

function Sender({ row, size }: { row: Row; size: 32 | 40 }) {
  const sender = row.email.from?.[0];
  return <Avatar name={sender?.name ?? null} email={sender?.email ?? ''} size={size} />;
}

interface GutterProps {
  row: Row;
  selected: boolean;
  hovered: boolean;
  phone: boolean;
  toggle: () => void;
}

/** 24 px with the unread dot; on the desk the checkbox takes its place under the pointer, on the phone the avatar selects. */
function Gutter({ row, selected, hovered, phone, toggle }: GutterProps) {
  const t = useTranslations('mail');
  const stop = (event: MouseEvent) => event.stopPropagation();
  if (phone) {
    return (
      <span {...CELL} className="flex items-center ps-1">
        <Dot unread={row.unread} className="me-1" />
        <button
          type="button"
          tabIndex={-1}
          aria-pressed={selected}
          className="-m-0.5 flex size-11 items-center justify-center rounded-full"
          onClick={(event) => {
            stop(event);
            toggle();
          }}
        >
          <span className="sr-only">{t('select')}</span>
          {selected ? (
            <input
              type="checkbox"
              tabIndex={-1}
              aria-hidden="true"
              checked
              readOnly
              className="size-5 accent-accent"
            />
          ) : (
            <Sender row={row} size={40} />
          )}
        </button>
      </span>
    );
  }
  return (
    <span {...CELL} className="flex h-full w-6 shrink-0 items-center justify-center">
      {selected || hovered ? (
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t('select')}
          checked={selected}
          onChange={toggle}
          onClick={stop}
          className="size-4 accent-accent"
        />
      ) : (
        <Dot unread={row.unread} />
      )}
    </span>
  );
}

function Dot({ unread, className }: { unread: boolean; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'size-2 shrink-0 rounded-full',
        unread && 'bg-accent forced-colors:bg-[CanvasText]',
        className,
      )}
    />
  );
}

function RowBody({ row, phone }: { row: Row; phone: boolean }) {
  const { looks, mailbox } = useScreen();
  const clock = useClock();
  const at = Date.parse(row.email.receivedAt);
  const time = (
    <time
      dateTime={row.email.receivedAt}
      title={fullTime(at, clock)}
      className="ms-2 shrink-0 text-end text-meta text-text-3"
    >
      {listTime(at, clock)}
    </time>
  );
  const people = <RowPeople row={row} to={mailbox?.role === 'sent' || mailbox?.role === 'drafts'} />;
  if (looks.density === 'dense' && !phone) {
    return (
      <span {...CELL} className="flex min-w-0 flex-1 items-center gap-2">
        <span className="w-40 shrink-0 truncate">{people}</span>
        <RowText row={row} inline />
        <Marks row={row} />
        {time}
      </span>
    );
  }
  const tall = phone || looks.density === 'comfortable';
  return (
    <span {...CELL} className="flex min-w-0 flex-1 flex-col gap-0.5">
      <span className="flex min-w-0 items-baseline">
        <span className="min-w-24 flex-1 truncate">{people}</span>
        {time}
      </span>
      <span className="flex min-w-0 items-center gap-2">
        <RowText row={row} inline={!tall} />
        <Marks row={row} />
      </span>
      {tall && <RowPreview row={row} />}
    </span>
  );
}

function Marks({ row }: { row: Row }) {
  const { keywords } = row.email;
  const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;
  return (
    <span className="ms-auto flex shrink-0 items-center gap-1 text-text-3">
      <FoundIn row={row} />
      {keywords.$answered && <CornerUpLeft {...icon} className="mirror" />}
      {keywords.$forwarded && <CornerUpRight {...icon} className="mirror" />}
      {row.hasAttachment && <Paperclip {...icon} />}
      {row.starred && <Star {...icon} fill="currentColor" className="text-star" />}
    </span>
  );
}

/** A search everywhere says where each mail lies. */
function FoundIn({ row }: { row: Row }) {
  const { route, account } = useScreen();
  const nameOf = useMailboxName();
  if (route.view !== 'search' || route.mailboxId !== null) return null;
  const mailbox = account?.mailboxes?.get(Object.keys(row.email.mailboxIds)[0] ?? '');
  return mailbox && <span className="max-w-24 truncate text-meta">{nameOf(mailbox)}</span>;
}

/** Arrows reach the actions of the row: fifty rows are one tab stop, not two hundred. */
function moveInside(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const stops = [
    event.currentTarget,
    ...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-action]'),
  ];
  const next = stops[stops.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function toggled(selection: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}

function rangeTo(
  { cursor, list, selection }: ReturnType<typeof useScreen>,
  index: number,
): ReadonlySet<string> {
  const [from, to] = [Math.min(Math.max(0, cursor), index), Math.max(cursor, index)];
  const ids = list?.list.ids.slice(from, to + 1).filter((id) => id !== null) ?? [];
  return new Set([...selection, ...ids]);
}
