'use client';
/** What the panes of the mail screen share: the place, the list, the cursor, the selection, and what acts on them. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useWithoutQueued } from '@/components/composer/use-without-queued';
import { type EmailListView, useAccount, useClient, useEmailList } from '@/lib/client/hooks';
import { listKey } from '@/lib/client/lists';
import { type MailRoute, queryOf } from '@/lib/client/route';
import { actedOn, type Row, rowOf } from '@/lib/client/row';
import type { AccountState } from '@/lib/client/state';
import type { Preferences } from '@/lib/i18n/preferences';
import type { Id, Mailbox } from '@/lib/jmap/types';
import { useCursor } from './use-cursor';
import { go, hasTwoPanes } from './use-route';

export type Looks = Pick<Preferences, 'density' | 'readingPane'>;
export type MailAction = 'archive' | 'delete' | 'spam' | 'notSpam' | 'read' | 'unread' | 'star' | 'unstar';
export type OpenDialog = 'move' | 'destroy' | 'empty' | 'keys' | null;

/** More rows are not acted on at once. */
const SELECT_MAX = 5_000;

export interface Screen {
  route: MailRoute;
  looks: Looks;
  account: AccountState | undefined;
  mailbox: Mailbox | null;
  /** null: a search without words. */
  list: EmailListView | null;
  cursor: number;
  setCursor(index: number): void;
  selection: ReadonlySet<Id>;
  setSelection(ids: ReadonlySet<Id>): void;
  /** Every row of the list, also those that were not in view yet. */
  selectAll(): void;
  rowAt(index: number): Row | null;
  open(index: number): void;
  /** What an action means: the selected rows, else the one that has the focus, else the open one, else the one under the cursor. */
  targets(): Id[];
  run(action: MailAction, ids?: readonly Id[]): void;
  moveTo(mailbox: Mailbox): void;
  destroy(): void;
  /** Everything in this mailbox for ever. */
  empty(): void;
  dialog: OpenDialog;
  setDialog(dialog: OpenDialog): void;
}

const ScreenContext = createContext<Screen | null>(null);
const LatestContext = createContext<(() => Screen) | null>(null);

export function useScreen(): Screen {
  const screen = useContext(ScreenContext);
  if (!screen) throw new Error('useScreen outside of ScreenProvider');
  return screen;
}

/** For what acts and shows nothing of it: it is not rendered again when the screen changes. */
export function useLatestScreen(): () => Screen {
  const latest = useContext(LatestContext);
  if (!latest) throw new Error('useLatestScreen outside of ScreenProvider');
  return latest;
}

interface Props {
  route: MailRoute;
  looks: Looks;
  children: ReactNode;
}

const NO_IDS: readonly Id[] = [];

/** A dialog, and what it was opened for: focus has moved into it by the time it answers. */
interface Asked {
  dialog: OpenDialog;
  ids: readonly Id[];
}

const NOTHING_ASKED: Asked = { dialog: null, ids: NO_IDS };
const NOTHING = { filter: {}, collapseThreads: false };

export function ScreenProvider({ route, looks, children }: Props) {
  const client = useClient();
  const account = useAccount(route.accountId);
  const mailbox = mailboxOfRoute(account, route);
  const role = mailbox?.role ?? null;
  const query = useMemo(() => queryOf(route, role), [route, role]);
  const view = useEmailList(route.accountId, query ?? NOTHING);
  const shown = useWithoutQueued(route.accountId, role, view);
  const list = query ? shown : null;
  const { cursor, setCursor, selection, setSelection } = useCursor(
    route,
    list?.list.ids ?? NO_IDS,
    account?.emails,
  );
  const [asked, setAsked] = useState(NOTHING_ASKED);
  const scope = route.view === 'mailbox' ? route.mailboxId : null;

  const rowAt = useCallback(
    (index: number): Row | null => {
      const id = list?.list.ids[index];
      return account && list && id ? rowOf(account, list.list, id) : null;
    },
    [account, list],
  );

  const screen = useMemo<Screen>(() => {
    const indexOf = (wanted: (row: Row) => boolean) =>
      list?.list.ids.findIndex((id) => {
        const row = account && id ? rowOf(account, list.list, id) : null;
        return row !== null && wanted(row);
      }) ?? -1;
    const openIndex = () => indexOf((row) => row.email.threadId === route.threadId);
    const targetRows = (): Row[] => {
      const selected = [...selection].flatMap((id) =>
        account && list ? (rowOf(account, list.list, id) ?? []) : [],
      );
      if (selected.length > 0) return selected;
      const row = rowAt(route.threadId === null || isListFocused() ? cursor : openIndex());
      return row ? [row] : [];
    };
    const targets = (): Id[] => {
      if (asked.dialog !== null) return [...asked.ids];
      const rows = targetRows().flatMap((row) => actedOn(row, scope));
      // A conversation opened by its address may not be in the list at all.
      if (rows.length > 0 || route.threadId === null) return rows;
      const thread = account?.threads.get(route.threadId)?.emailIds ?? [];
      return thread.filter((id) => scope === null || account?.emails.get(id)?.mailboxIds[scope]);
    };
    const setDialog = (dialog: OpenDialog, ids: readonly Id[] = targets()) =>
      setAsked(dialog === null ? NOTHING_ASKED : { dialog, ids });
    const open = (index: number) => {
      const row = rowAt(index);
      if (!row) return;
      setCursor(index);
      if (row.email.keywords.$draft) {
        client.write({ kind: 'draft', accountId: route.accountId, emailId: row.email.id });
        return;
      }
      const next = { ...route, threadId: row.email.threadId, folders: false };
      if (route.threadId === null) go(next);
      else go(next, { replace: true });
    };
    /** What is read leaves: the next one takes its place, on the phone the list comes back. */
    const leave = (ids: readonly Id[]) => {
      const index = openIndex();
      const row = rowAt(index);
      setSelection(new Set());
      if (route.threadId === null || !row || !actedOn(row, scope).some((id) => ids.includes(id))) return;
      const next = rowAt(index + 1) ?? rowAt(index - 1);
      const threadId = hasTwoPanes() && looks.readingPane !== 'off' ? (next?.email.threadId ?? null) : null;
      go({ ...route, threadId }, { replace: true });
    };
    const run = (action: MailAction, ids: readonly Id[] = targets()) => {
      if (ids.length === 0) return;
      const { actions } = client;
      const from = scope ?? undefined;
      if (action === 'read' || action === 'unread') actions.markRead(route.accountId, ids, action === 'read');
      else if (action === 'star' || action === 'unstar')
        actions.star(route.accountId, starred(account, ids, action), action === 'star');
      else if (action === 'delete' && mailbox?.role === 'trash') setDialog('destroy', ids);
      else {
        leave(ids);
        actions[action](route.accountId, ids, from);
      }
    };
    const selectAll = async () => {
      if (!query) return;
      const { accountId } = route;
      await client.loader.whole(accountId, query, SELECT_MAX);
      const all = client.store.view(accountId)?.lists.get(listKey(query));
      const ids = all?.ids.slice(0, SELECT_MAX).filter((id) => id !== null) ?? [];
      setSelection(new Set(ids));
      if ((all?.total ?? 0) > ids.length)
        client.toasts.show({ message: 'toast.selectedSome', values: { n: ids.length } });
    };
    return {
      route,
      looks,
      account,
      mailbox,
      list,
      cursor,
      setCursor,
      selection,
      setSelection,
      selectAll: () => void selectAll(),
      rowAt,
      open,
      targets,
      run,
      moveTo: (to) => {
        const ids = targets();
        leave(ids);
        client.actions.move(route.accountId, ids, to, scope ?? undefined);
      },
      destroy: () => {
        const ids = targets();
        leave(ids);
        client.actions.destroy(route.accountId, ids, scope ?? undefined);
      },
      empty: () => {
        if (mailbox) void client.actions.empty(route.accountId, mailbox);
      },
      dialog: asked.dialog,
      setDialog,
    };
  }, [
    route,
    looks,
    account,
    mailbox,
    list,
    cursor,
    setCursor,
    selection,
    setSelection,
    rowAt,
    asked,
    client,
    scope,
    query,
  ]);

  const now = useRef(screen);
  useLayoutEffect(() => {
    now.current = screen;
  }, [screen]);
  const latest = useCallback(() => now.current, []);
  return (
    <LatestContext value={latest}>
      <ScreenContext value={screen}>{children}</ScreenContext>
    </LatestContext>
  );
}

const isListFocused = () => document.activeElement?.closest('[data-pane="list"] [role="row"]') != null;

/** Starring a conversation stars its newest message; taking the star away takes all of them. */
function starred(
  account: AccountState | undefined,
  ids: readonly Id[],
  action: 'star' | 'unstar',
): readonly Id[] {
  if (action === 'unstar') return ids;
  const newest = new Map<Id, Id>();
  for (const id of ids) newest.set(account?.emails.get(id)?.threadId ?? id, id);
  return [...newest.values()];
}

function mailboxOfRoute(account: AccountState | undefined, route: MailRoute): Mailbox | null {
  if (route.view === 'starred' || route.mailboxId === null) return null;
  return account?.mailboxes?.get(route.mailboxId) ?? null;
}
