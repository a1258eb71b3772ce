'use client';
/** A menu button (ARIA APG): arrows, Home, End and first letters inside; Esc and Tab close and give focus back to the button. */
import { Check, type LucideIcon } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { cx } from './class-names';
import { moveFocus } from './move-focus';
import { Popover } from './popover';

export interface MenuItem {
  id: string;
  label: string;
  icon?: LucideIcon;
  shortcut?: string;
  /** Present for items of a choice or a toggle. */
  checked?: boolean;
  /** Why it cannot be used now; it stays visible. */
  disabledReason?: string;
  danger?: boolean;
  /** A line above. */
  startsGroup?: boolean;
  onSelect: () => void;
}

interface MenuButtonProps {
  items: MenuItem[];
  /** Names the menu. */
  label: string;
  align?: 'start' | 'end';
  side?: 'below' | 'above';
  /** The button; gets the props that tie it to the menu. */
  children: (button: {
    ref: RefObject<HTMLButtonElement | null>;
    onClick: () => void;
    'aria-haspopup': 'menu';
    'aria-expanded': boolean;
    'aria-controls': string | undefined;
  }) => ReactNode;
}

export function MenuButton({ items, label, align, side, children }: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      {children({
        ref: button,
        onClick: () => setOpen((was) => !was),
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        'aria-controls': open ? id : undefined,
      })}
      {open && (
        <Menu
          id={id}
          items={items}
          label={label}
          opener={button}
          align={align}
          side={side}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

interface MenuProps {
  id?: string;
  items: MenuItem[];
  label: string;
  opener: RefObject<HTMLElement | null>;
  align?: 'start' | 'end';
  side?: 'below' | 'above';
  onClose: () => void;
}

export function Menu({ id, items, label, opener, align, side, onClose }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus(), []);

  const close = () => {
    onClose();
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab' || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (list.current) moveFocus(event, list.current, '[role^="menuitem"]');
  };
  return (
    <Popover opener={opener} onClose={onClose} align={align} side={side}>
      <div ref={list} id={id} role="menu" aria-label={label} onKeyDown={onKeyDown} className="min-w-48 py-1">
        {items.map((item) => (
          <MenuRow key={item.id} item={item} close={close} />
        ))}
      </div>
    </Popover>
  );
}

function MenuRow({ item, close }: { item: MenuItem; close: () => void }) {
  const Icon = item.checked ? Check : item.icon;
  const role =
    item.checked === undefined
      ? { role: 'menuitem' as const }
      : { role: 'menuitemcheckbox' as const, 'aria-checked': item.checked };
  return (
    <button
      type="button"
      {...role}
      aria-disabled={item.disabledReason ? true : undefined}
      aria-keyshortcuts={item.shortcut}
      tabIndex={-1}
      onClick={() => {
        if (item.disabledReason) return;
        close();
        item.onSelect();
      }}
      className={cx(
        'target ring-inside flex w-full items-center gap-3 px-3 py-1 text-start text-ui focus:bg-hover',
        'hover:bg-hover aria-disabled:cursor-default',
        item.danger ? 'text-danger' : 'text-text',
        item.startsGroup && 'border-line border-t',
      )}
    >
      <span className="inline-flex w-4 shrink-0">
        {Icon && <Icon size={16} strokeWidth={1.75} aria-hidden="true" />}
      </span>
      <span className="flex-1">
        <span className={cx(item.disabledReason && 'text-text-3')}>{item.label}</span>
        {item.disabledReason && <span className="block text-meta text-text-3">{item.disabledReason}</span>}
      </span>
      {item.shortcut && (
        <span aria-hidden="true" className="text-meta text-text-3 pointer-coarse:hidden">
          {item.shortcut}
        </span>
      )}
    </button>
  );
}
