'use client';
/** One row (page.md §4): unread dot, sender, time, subject, preview, marks; actions on hover, swipes on touch. */
import {
  type DragEvent,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type PointerEvent,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import { type Screen, useLatestScreen } from '@/components/shell/screen';
import { AccountEdge } from '@/components/ui/account-edge';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/components/ui/class-names';
import { useClient } from '@/lib/client/hooks';
import { prefetchThread } from '@/lib/client/prefetch';
import { scopeOf } from '@/lib/client/route';
import { actedOn, type Row, sameRow } from '@/lib/client/row';
import { startDrag } from './drag';
import { CELL, ROW } from './grid-roles';
import { RowActions } from './row-actions';
import { RowBody, type RowBodyProps } from './row-body';
import { SwipeRow } from './swipe-row';
import { useRowName } from './use-row-name';

interface Props extends RowBodyProps {
  index: number;
  tabStop: boolean;
  selected: boolean;
  open: boolean;
  refused: boolean;
  /** Its name, in a list of several. */
  account: string | undefined;
  /** Its place among the accounts. */
  order: number;
}

/** A pointer that only passes over the list asks for nothing. */
const REST_MS = 60;

/** A click changes two rows: the others are not rendered again. */
export const EmailListRow = memo(RowOfList, (was, is) =>
  (Object.keys(is) as (keyof Props)[]).every((name) =>
    name === 'row' ? sameRow(was.row, is.row) : was[name] === is[name],
  ),
);

function RowOfList({
  row,
  index,
  tabStop,
  selected,
  open,
  refused,
  account,
  order,
  look,
  snippet,
  foundIn,
}: Props) {
  const latest = useLatestScreen();
  const client = useClient();
  const name = useRowName(row, account);
  const { phone, fingers, density } = look;
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const { email } = row;
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ahead = () => {
    const { placeOf, mail } = latest();
    prefetchThread(client, placeOf(email.threadId), row.thread, mail?.contents);
  };
  const toggle = () => {
    const screen = latest();
    screen.setCursor(index);
    screen.setSelection(toggled(screen.selection, email.id));
  };
  const onClick = (event: MouseEvent) => {
    const screen = latest();
    if (event.ctrlKey || event.metaKey || (fingers && screen.selection.size > 0)) toggle();
    else if (event.shiftKey) screen.setSelection(rangeTo(screen, index));
    else screen.open(index);
  };
  const acted = () => actedOn(row, scopeOf(latest().route));
  const t = useTranslations('mail');
  /** The selected ones travel together; a row that is not selected travels alone. */
  const onDragStart = (event: DragEvent) => {
    const { targets, partsOf } = latest();
    const ids = selected ? targets() : acted();
    startDrag(event, partsOf(ids), t('messages', { n: ids.length }));
  };
  const props = {
    ...ROW,
    'aria-rowindex': index + 1,
    'aria-selected': selected,
    'aria-current': open || undefined,
    'aria-label': name,
    tabIndex: tabStop ? 0 : -1,
    'data-pane-focus': tabStop ? 'list' : undefined,
    'data-unread': row.unread || undefined,
    draggable: !fingers,
    onDragStart,
    // Focus would move the cursor, and that is where a range begins.
    onMouseDown: (event: MouseEvent) => event.shiftKey && event.preventDefault(),
    onClick,
    onKeyDown: moveInside,
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType === 'mouse') setHovered(true);
      rest.current = setTimeout(ahead, REST_MS);
    },
    onPointerDown: ahead,
    onPointerLeave: () => {
      setHovered(false);
      clearTimeout(rest.current);
    },
    onFocus: (event: FocusEvent) => {
      setFocused(true);
      const screen = latest();
      if (event.target === event.currentTarget && screen.cursor !== index) screen.setCursor(index);
    },
    onBlur: (event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setFocused(false),
  };
  return (
    <SwipeRow
      enabled={fingers}
      onArchive={() => latest().run('archive', acted())}
      onToggleRead={() => latest().run(row.unread ? 'read' : 'unread', acted())}
      onDelete={() => latest().run('delete', acted())}
      onLongPress={toggle}
      unread={row.unread}
    >
      <div
        {...props}
        className={cx(
          'group ring-inside relative flex cursor-default select-none items-center gap-2 border-line border-b pe-4 text-ui',
          refused ? 'bg-danger-bg' : selected || open ? 'bg-selected' : hovered ? 'bg-hover' : 'bg-bg',
        )}
        style={{ height: 'var(--row)' }}
      >
        {account !== undefined && <AccountEdge order={order} />}
        <Gutter row={row} selected={selected} hovered={hovered} phone={phone} toggle={toggle} />
        {density === 'comfortable' && !phone && <Sender row={row} size={32} />}
        <RowBody row={row} look={look} snippet={snippet} foundIn={foundIn} hovered={hovered} />
        {(hovered || focused) && !fingers && <RowActions row={row} />}
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

function rangeTo({ cursor, list, selection }: Screen, index: number): ReadonlySet<string> {
  const [from, to] = [Math.min(Math.max(0, cursor), index), Math.max(cursor, index)];
  const ids = list?.list.ids.slice(from, to + 1).filter((id) => id !== null) ?? [];
  return new Set([...selection, ...ids]);
}
