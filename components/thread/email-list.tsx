'use client';
/** The list: as many rows as are in view out of any number, a grid with one tab stop (ARIA APG). */
import { observeElementOffset, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useScreen } from '@/components/shell/screen';
import { cx } from '@/components/ui/class-names';
import { type AccountInfo, useAccounts } from '@/lib/client/hooks';
import { type Row, rowOf } from '@/lib/client/row';
import type { AccountState } from '@/lib/client/state';
import type { Id } from '@/lib/jmap/types';
import { EmailListRow } from './email-list-row';
import { GRID } from './grid-roles';
import { ListState } from './list-state';
import { NewMailPill } from './new-mail-pill';
import { RowBars } from './row-bars';
import type { RowLook } from './row-body';
import { below, ROW_CLASS, rowStyle, useFingers, useRowMetrics } from './row-metrics';
import { SearchProgress } from './search-progress';
import { useRowLayout } from './use-row-layout';

/** Rows fetched beyond the view, so that scrolling meets mail and not bars. */
const AHEAD = 25;

const NO_IDS: readonly (Id | null)[] = [];

export function EmailList({ label }: { label: string }) {
  const { mail, mailbox, openThread, list: view, looks, cursor, setCursor, selection, open } = useScreen();
  const scroller = useRef<HTMLDivElement>(null);
  const { row: rowHeight, heading, phone } = useRowMetrics(looks);
  const list = view?.list;
  const ids = list?.ids ?? NO_IDS;
  const count = list?.total ?? 0;

  const to = mailbox?.role === 'sent' || mailbox?.role === 'drafts';
  const fingers = useFingers() || phone;
  const look = useMemo(
    () => ({ phone, fingers, density: looks.density, to }),
    [phone, fingers, looks.density, to],
  );

  const layout = useRowLayout(ids, mail?.emails, { row: rowHeight, heading });
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: layout.size,
    getItemKey: layout.key,
    overscan: 6,
    observeElementOffset: observeFromHere,
    initialRect: { width: 360, height: 760 },
    scrollPaddingStart: heading,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  // Whoever has not scrolled yet may never do so: what is painted first is enough.
  const ahead = (virtual.scrollOffset ?? 0) > 0 ? AHEAD : 0;
  useEffect(() => view?.ensure(Math.max(0, first - ahead), last + ahead), [view, first, last, ahead]);
  useEffect(() => {
    if (cursor >= 0) virtual.scrollToIndex(cursor, { align: 'auto' });
  }, [virtual, cursor]);

  useAnchor(scroller, ids, Math.floor((virtual.scrollOffset ?? 0) / rowHeight), rowHeight);

  const openIndex = useMemo(
    () => ids.findIndex((id) => id !== null && mail?.emails.get(id)?.threadId === openThread),
    [ids, mail?.emails, openThread],
  );
  const tabStop = cursor >= 0 && cursor < count ? cursor : Math.max(0, openIndex);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.role === 'row')
      open(tabStop);
    else if (step !== undefined) {
      const to = Math.min(count - 1, Math.max(0, tabStop + step));
      setCursor(to);
      focusSoon(scroller.current, to);
    } else return;
    event.preventDefault();
  };

  const topGroup = layout.group(ids[firstInView(items, virtual.scrollOffset ?? 0)]);
  const grid = {
    ...GRID,
    'aria-label': label,
    'aria-rowcount': count,
    'aria-multiselectable': true,
    onKeyDown,
  };
  return (
    <>
      <div
        ref={scroller}
        data-list-scroller=""
        className={cx('relative min-h-0 flex-1 overflow-y-auto overscroll-contain', ROW_CLASS)}
        style={rowStyle(looks.density)}
      >
        {topGroup && (
          <div
            aria-hidden="true"
            className="sticky top-0 z-sticky flex h-7 items-center bg-bg ps-8 pe-4 font-medium max-md:ps-4 text-meta text-text-3"
          >
            {topGroup}
          </div>
        )}
        {list && list.total !== null && list.total > 0 ? (
          <div {...grid} className="relative" style={{ height: below(count, layout.above(count)) }}>
            {items.map((item) => (
              <VirtualRow
                key={item.key}
                index={item.index}
                id={ids[item.index] ?? null}
                top={below(item.index, layout.above(item.index))}
                height={rowHeight}
                heading={layout.heading(item.index)}
                tabStop={item.index === tabStop}
                selected={isIn(selection, ids[item.index])}
                look={look}
              />
            ))}
          </div>
        ) : (
          <ListState rowHeight={rowHeight} />
        )}
        <SearchProgress />
      </div>
      <NewMailPill scroller={scroller} />
    </>
  );
}

interface VirtualRowProps {
  index: number;
  id: Id | null;
  top: string;
  height: number;
  heading: string | null;
  tabStop: boolean;
  selected: boolean;
  look: RowLook;
}

function VirtualRow({ index, id, top, height, heading, ...rest }: VirtualRowProps) {
  const { account, all, mail, placeOf, openThread, list, route } = useScreen();
  const accounts = useAccounts();
  const row = mail && list && id ? rowOf(mail, list.list, id) : null;
  return (
    <div role="presentation" className="absolute inset-x-0 top-0" style={{ transform: `translateY(${top})` }}>
      {heading && (
        <div
          aria-hidden="true"
          className="flex h-7 items-center ps-8 pe-4 font-medium max-md:ps-4 text-meta text-text-3"
        >
          {heading}
        </div>
      )}
      {row ? (
        <EmailListRow
          row={row}
          index={index}
          open={row.email.threadId === openThread}
          refused={mail?.refused.has(row.email.id) ?? false}
          {...(all ? ofAccount(accounts, placeOf(row.email.id).accountId) : OF_ONE)}
          {...(route.view === 'search' ? found(account, route.mailboxId, row) : NOT_FOUND)}
          {...rest}
        />
      ) : (
        <RowBars index={index} height={height} />
      )}
    </div>
  );
}

const OF_ONE = { account: undefined, order: 0 };

function ofAccount(accounts: readonly AccountInfo[], accountId: Id) {
  const order = accounts.findIndex(({ id }) => id === accountId);
  return { account: accounts[order]?.name, order };
}

const NOT_FOUND = { snippet: undefined, foundIn: undefined };

/** What a search says of a row; everywhere also where it lies. */
function found(account: AccountState | undefined, searched: Id | null, { email }: Row) {
  const where = searched === null ? Object.keys(email.mailboxIds)[0] : undefined;
  return {
    snippet: account?.snippets.get(email.id),
    foundIn: where === undefined ? undefined : account?.mailboxes?.get(where),
  };
}

/** Whoever scrolled what the server painted, before the page was alive, stays there: else it would begin at the top again. */
const observeFromHere: typeof observeElementOffset = (virtual, told) => {
  const scrolled = virtual.scrollElement?.scrollTop ?? 0;
  if (scrolled > 0) told(scrolled, false);
  return observeElementOffset(virtual, told);
};

/** Rows that come or go above the view must not move what is being read. */
function useAnchor(
  scroller: RefObject<HTMLDivElement | null>,
  ids: readonly (Id | null)[],
  index: number,
  rowHeight: number,
): void {
  const anchor = useRef<{ id: Id | null; index: number }>({ id: null, index: 0 });
  useLayoutEffect(() => {
    const { id, index: was } = anchor.current;
    if (id === null || was === 0 || ids[was] === id || !scroller.current) return;
    const now = ids.indexOf(id);
    if (now > 0) scroller.current.scrollTop += (now - was) * rowHeight;
  }, [scroller, ids, rowHeight]);
  useLayoutEffect(() => {
    anchor.current = { id: ids[index] ?? null, index };
  });
}

/** The row may be rendered a frame later. */
function focusSoon(scroller: HTMLElement | null, index: number): void {
  requestAnimationFrame(() =>
    scroller?.querySelector<HTMLElement>(`[aria-rowindex="${index + 1}"]`)?.focus(),
  );
}

function firstInView(items: readonly { index: number; end: number }[], offset: number): number {
  return items.find(({ end }) => end > offset)?.index ?? 0;
}

const isIn = (selection: ReadonlySet<Id>, id: Id | null | undefined) =>
  typeof id === 'string' && selection.has(id);
