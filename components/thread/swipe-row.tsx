'use client';
/** Swipes of a finger on the list (page.md §9); each of them is also in long-press selection (WCAG 2.5.1). */
import { Archive, Mail, MailOpen, Trash2 } from 'lucide-react';
import { type MouseEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';

const SHORT = 0.25;
const LONG = 0.6;
/** The system's own back gesture starts here. */
const EDGE_PX = 24;
/** Less is a tap that trembles. */
const SLOP_PX = 10;
const LONG_PRESS_MS = 500;

interface Props {
  enabled: boolean;
  unread: boolean;
  onArchive: () => void;
  onToggleRead: () => void;
  onDelete: () => void;
  onLongPress: () => void;
  children: ReactNode;
}

interface Drag {
  id: number;
  x: number;
  y: number;
  width: number;
  swiping: boolean;
  timer: ReturnType<typeof setTimeout>;
}

export function SwipeRow({ enabled, children, ...actions }: Props) {
  const drag = useRef<Drag | null>(null);
  const pressed = useRef(false);
  const [offset, setOffset] = useState(0);
  const [width, setWidth] = useState(1);
  const share = offset / width;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    pressed.current = false;
    if (
      event.pointerType === 'mouse' ||
      event.clientX < EDGE_PX ||
      event.clientX > window.innerWidth - EDGE_PX
    )
      return;
    const timer = setTimeout(() => {
      drag.current = null;
      pressed.current = true;
      navigator.vibrate?.(10);
      actions.onLongPress();
    }, LONG_PRESS_MS);
    drag.current = {
      id: event.pointerId,
      x: event.clientX,
      y: event.clientY,
      width: event.currentTarget.offsetWidth,
      swiping: false,
      timer,
    };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const from = drag.current;
    if (!from || from.id !== event.pointerId) return;
    const by = event.clientX - from.x;
    if (!from.swiping) {
      if (Math.abs(event.clientY - from.y) > SLOP_PX) return cancel();
      if (Math.abs(by) < SLOP_PX) return;
      clearTimeout(from.timer);
      from.swiping = true;
      setWidth(from.width);
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    const past = (at: number, now: number) => Math.abs(at) >= now && Math.abs(by / from.width) < now;
    if (
      [SHORT, LONG].some(
        (mark) =>
          past(offset / from.width, mark) || (Math.abs(by / from.width) >= mark && Math.abs(share) < mark),
      )
    ) {
      navigator.vibrate?.(5);
    }
    setOffset(by);
  };
  const cancel = () => {
    if (drag.current) clearTimeout(drag.current.timer);
    drag.current = null;
    setOffset(0);
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const from = drag.current;
    cancel();
    if (!from?.swiping) return;
    // Where the finger is: what was rendered last may be behind it on a busy phone.
    const released = (event.clientX - from.x) / from.width;
    if (released <= -LONG) actions.onDelete();
    else if (released >= LONG) actions.onToggleRead();
    else if (released >= SHORT) actions.onArchive();
  };
  const gestures = {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: cancel,
    // Some browsers tell a click when the finger that pressed long is lifted: it would take the selection back.
    onClickCapture: (event: MouseEvent) => {
      if (!pressed.current) return;
      pressed.current = false;
      event.stopPropagation();
    },
    // A long press selects; the browser's own menu would cover it. A mouse beside the touch screen has its menu.
    onContextMenu: (event: MouseEvent) => (drag.current || pressed.current) && event.preventDefault(),
  };
  return (
    // The same elements on the desk: a row that was painted before the screen was known stays the row under the finger.
    <div
      role="presentation"
      className={enabled ? 'relative touch-pan-y overflow-hidden' : undefined}
      {...(enabled && gestures)}
    >
      {offset !== 0 && <SwipeBack share={share} unread={actions.unread} />}
      <div
        role="presentation"
        className={enabled && offset === 0 ? 'transition-transform' : undefined}
        style={offset === 0 ? undefined : { transform: `translateX(${offset}px)` }}
      >
        {children}
      </div>
    </div>
  );
}

/** Icon and word on the colour of what releasing would do. */
function SwipeBack({ share, unread }: { share: number; unread: boolean }) {
  const t = useTranslations();
  const armed = share >= SHORT || share <= -LONG;
  const [Icon, word, colour] =
    share < 0
      ? ([Trash2, t('action.delete'), 'bg-danger-bg text-danger'] as const)
      : share >= LONG
        ? ([
            unread ? MailOpen : Mail,
            t(unread ? 'mail.markRead' : 'mail.markUnread'),
            'bg-selected text-text',
          ] as const)
        : ([Archive, t('action.archive'), 'bg-selected text-text'] as const);
  return (
    <div
      aria-hidden="true"
      className={cx(
        'absolute inset-0 flex items-center gap-2 px-6',
        armed ? colour : 'bg-hover text-text-2',
        share < 0 && 'justify-end',
      )}
    >
      <Icon size={24} strokeWidth={1.75} />
      <span className="font-medium text-ui">{word}</span>
    </div>
  );
}
