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
import { type Part, roleMailbox } from '@/lib/client/actions';
import type { AllInboxes } from '@/lib/client/all-inboxes';
import { type EmailListView, useAccount, useClient, useEmailList } from '@/lib/client/hooks';
import { keyOf, type Place, placeOf } from '@/lib/client/place';
import { type MailRoute, queryOf, scopeOf } from '@/lib/client/route';
import { actedOn, type Row, rowOf } from '@/lib/client/row';
import type { AccountState, Mail } from '@/lib/client/state';
import type { Preferences } from '@/lib/i18n/preferences';
import type { Id, Mailbox } from '@/lib/jmap/types';
import { InboxJoiner } from './lazy-joiner';
import { useCursor } from './use-cursor';
import { go, hasTwoPanes } from './use-route';

export type Looks = Pick<Preferences, 'density' | 'readingPane' | 'screen'>;
export type MailAction = 'archive' | 'delete' | 'spam' | 'notSpam' | 'read' | 'unread' | 'star' | 'unstar';
export type OpenDialog = 'move' | 'destroy' | 'empty' | 'keys' | null;

/** More rows are not acted on at once. */
const SELECT_MAX = 5_000;

export interface Screen {
  route: MailRoute;
  looks: Looks;
  /** Of the place, and of the open message. */
  account: AccountState | undefined;
  mailbox: Mailbox | null;
  /** null: the list is that of one account. */
  all: AllInboxes | null;
  /** What the ids of the list mean: in all inboxes they carry their account. */
  mail: Mail | undefined;
  placeOf(id: Id): Place;
  /** As the list calls the open conversation. */
  openThread: Id | null;
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
  /** The same by account, with the mailbox it is done in. */
  partsOf(ids: readonly Id[]): Part[];
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
  const [joined, setJoined] = useState<AllInboxes | null>(null);
  const all = route.view === 'all' ? joined : null;
  const list = all ?? (query ? shown : null);
  const mail = all?.mail ?? account;
  const { cursor, setCursor, selection, setSelection } = useCursor(
    route,
    list?.list.ids ?? NO_IDS,
    mail?.emails,
  );
  const [asked, setAsked] = useState(NOTHING_ASKED);
  const rowAt = useCallback(
    (index: number): Row | null => {
      const id = list?.list.ids[index];
      return mail && list && id ? rowOf(mail, list.list, id) : null;
    },
    [mail, list],
  );

  const screen = useMemo<Screen>(() => {
    const scope = scopeOf(route);
    const place = (id: Id): Place => (all ? placeOf(id) : { accountId: route.accountId, id });
    const openThread =
      all && route.threadId !== null
        ? keyOf({ accountId: route.accountId, id: route.threadId })
        : route.threadId;
    const rows = (ids: Iterable<Id | null>): Row[] =>
      [...ids].flatMap((id) => (mail && list && id ? (rowOf(mail, list.list, id) ?? []) : []));
    const openIndex = () =>
      list?.list.ids.findIndex((id) => id !== null && mail?.emails.get(id)?.threadId === openThread) ?? -1;
    const targetRows = (): Row[] => {
      const selected = rows(selection);
      if (selected.length > 0) return selected;
      const row = rowAt(openThread === null || isListFocused() ? cursor : openIndex());
      return row ? [row] : [];
    };
    const targets = (): Id[] => {
      if (asked.dialog !== null) return [...asked.ids];
      const acted = targetRows().flatMap((row) => actedOn(row, scope));
      // A conversation opened by its address may not be in the list at all.
      if (acted.length > 0 || openThread === null) return acted;
      const thread = mail?.threads.get(openThread)?.emailIds ?? [];
      return thread.filter((id) => scope === null || mail?.emails.get(id)?.mailboxIds[scope]);
    };
    const partsOf = (ids: readonly Id[]): Part[] => {
      const parts = new Map<Id, Id[]>();
      for (const { accountId, id } of ids.map(place))
        parts.set(accountId, [...(parts.get(accountId) ?? []), id]);
      return [...parts].map(([accountId, own]) => ({
        accountId,
        ids: own,
        from:
          (route.view === 'all' ? roleMailbox(client.store.view(accountId), 'inbox')?.id : scope) ??
          undefined,
      }));
    };
    const setDialog = (dialog: OpenDialog, ids: readonly Id[] = targets()) =>
      setAsked(dialog === null ? NOTHING_ASKED : { dialog, ids });
    const reading = (row: Row | null): MailRoute => {
      const at = row && place(row.email.threadId);
      return { ...route, ...(at && { accountId: at.accountId }), threadId: at?.id ?? null };
    };
    const open = (index: number) => {
      const row = rowAt(index);
      if (!row) return;
      setCursor(index);
      if (row.email.keywords.$draft) {
        const { accountId, id: emailId } = place(row.email.id);
        client.write({ kind: 'draft', accountId, emailId });
        return;
      }
      const next = { ...reading(row), folders: false };
      if (route.threadId === null) go(next);
      else go(next, { replace: true });
    };
    /** What is read leaves: the next one takes its place, on the phone the list comes back. */
    const leave = (ids: readonly Id[]) => {
      const index = openIndex();
      const row = rowAt(index);
      setSelection(new Set());
      if (openThread === null || !row || !actedOn(row, scope).some((id) => ids.includes(id))) return;
      const next = rowAt(index + 1) ?? rowAt(index - 1);
      go(reading(hasTwoPanes() && looks.readingPane !== 'off' ? next : null), { replace: true });
    };
    const run = (action: MailAction, ids: readonly Id[] = targets()) => {
      if (ids.length === 0) return;
      const { actions } = client;
      const parts = partsOf(ids);
      if (action === 'read' || action === 'unread') actions.markRead(parts, action === 'read');
      else if (action === 'star' || action === 'unstar')
        actions.star(partsOf(starred(mail, ids, action)), action === 'star');
      else if (action === 'delete' && mailbox?.role === 'trash') setDialog('destroy', ids);
      else {
        leave(ids);
        actions[action](parts);
      }
    };
    const selectAll = async () => {
      if (!list) return;
      const whole = await list.whole(SELECT_MAX);
      const ids = whole.ids.slice(0, SELECT_MAX).filter((id) => id !== null);
      setSelection(new Set(ids));
      if ((whole.total ?? 0) > ids.length)
        client.toasts.show({ message: 'toast.selectedSome', values: { n: ids.length } });
    };
    return {
      route,
      looks,
      account,
      mailbox,
      all,
      mail,
      placeOf: place,
      openThread,
      list,
      cursor,
      setCursor,
      selection,
      setSelection,
      selectAll: () => void selectAll(),
      rowAt,
      open,
      targets,
      partsOf,
      run,
      moveTo: (to) => {
        const ids = targets();
        leave(ids);
        for (const part of partsOf(ids)) client.actions.move(part, to);
      },
      destroy: () => {
        const ids = targets();
        leave(ids);
        for (const part of partsOf(ids)) client.actions.destroy(part);
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
    all,
    mail,
    list,
    cursor,
    setCursor,
    selection,
    setSelection,
    rowAt,
    asked,
    client,
  ]);

  const now = useRef(screen);
  useLayoutEffect(() => {
    now.current = screen;
  }, [screen]);
  const latest = useCallback(() => now.current, []);
  return (
    <LatestContext value={latest}>
      {route.view === 'all' && <InboxJoiner onJoined={setJoined} />}
      <ScreenContext value={screen}>{children}</ScreenContext>
    </LatestContext>
  );
}

const isListFocused = () => document.activeElement?.closest('[data-pane="list"] [role="row"]') != null;

/** Starring a conversation stars its newest message; taking the star away takes all of them. */
function starred(mail: Mail | undefined, ids: readonly Id[], action: 'star' | 'unstar'): readonly Id[] {
  if (action === 'unstar') return ids;
  const newest = new Map<Id, Id>();
  for (const id of ids) newest.set(mail?.emails.get(id)?.threadId ?? id, id);
  return [...newest.values()];
}

function mailboxOfRoute(account: AccountState | undefined, route: MailRoute): Mailbox | null {
  if (route.view === 'starred' || route.view === 'all' || route.mailboxId === null) return null;
  return account?.mailboxes?.get(route.mailboxId) ?? null;
}
