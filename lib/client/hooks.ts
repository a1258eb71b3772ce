'use client';
/** How components see the client: values that change only when what they show changes. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Client } from '@/lib/client/client';
import { faultOf, type JmapFault } from '@/lib/client/jmap';
import { emptyList, listKey } from '@/lib/client/lists';
import type { AccountState, EmailContent, EmailList, ListQuery } from '@/lib/client/state';
import type { Link, Store } from '@/lib/client/store';
import { inTreeOrder, type MailboxNode } from '@/lib/client/tree';
import { GATEPOST, type GatepostAccountCapability, type Id, type Mailbox } from '@/lib/jmap/types';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useClient outside of ClientProvider');
  return client;
}

export function useStore<T>(select: (store: Store) => T): T {
  const { store } = useClient();
  const read = () => select(store);
  return useSyncExternalStore(store.subscribe, read, read);
}

export interface AccountInfo extends GatepostAccountCapability {
  id: Id;
  name: string;
}

export function useAccounts(): AccountInfo[] {
  const session = useStore((store) => store.session);
  return useMemo(
    () =>
      Object.entries(session.accounts).map(([id, account]) => ({
        ...(account.accountCapabilities[GATEPOST] as unknown as GatepostAccountCapability),
        id,
        name: account.name,
      })),
    [session],
  );
}

export function useAccount(accountId: Id): AccountState | undefined {
  return useStore((store) => store.view(accountId));
}

export function useMailboxes(accountId: Id): ReadonlyMap<Id, Mailbox> | null {
  const client = useClient();
  const mailboxes = useStore((store) => store.view(accountId)?.mailboxes ?? null);
  useEffect(() => {
    if (!mailboxes) void client.sync.run(accountId);
  }, [client, accountId, mailboxes]);
  return mailboxes;
}

/** Roles first, then by name, each with its depth. */
export function useMailboxTree(accountId: Id): readonly MailboxNode[] {
  const mailboxes = useMailboxes(accountId);
  return useMemo(() => (mailboxes ? inTreeOrder(mailboxes) : []), [mailboxes]);
}

export interface EmailListView {
  list: EmailList;
  /** Tell which rows are in view; what is missing of them is fetched. */
  ensure(from: number, to: number): void;
  retry(): void;
  /** Its newest rows, up to `most`, so that all of them can be acted on. */
  whole(most: number): Promise<EmailList>;
}

export function useEmailList(accountId: Id, query: ListQuery): EmailListView {
  const client = useClient();
  const key = listKey(query);
  const stable = useMemo<ListQuery>(() => {
    const [filter, collapseThreads] = JSON.parse(key) as [ListQuery['filter'], boolean];
    return { filter, collapseThreads };
  }, [key]);
  const known = useStore((store) => store.view(accountId)?.lists.get(key));
  const empty = useMemo(() => emptyList(stable), [stable]);
  useEffect(() => client.watch(accountId, stable), [client, accountId, stable]);
  const ensure = useCallback(
    (from: number, to: number) => {
      client.watched.seen(accountId, stable, from, to);
      void client.loader.list(accountId, stable, from, to);
    },
    [client, accountId, stable],
  );
  const retry = useCallback(
    () => void client.loader.window(accountId, stable, { position: 0, limit: 50 }),
    [client, accountId, stable],
  );
  const whole = useCallback(
    async (most: number) => {
      await client.loader.whole(accountId, stable, most);
      return client.store.view(accountId)?.lists.get(key) ?? emptyList(stable);
    },
    [client, accountId, stable, key],
  );
  const list = known ?? empty;
  return useMemo(() => ({ list, ensure, retry, whole }), [list, ensure, retry, whole]);
}

export interface Fetched<T> {
  value: T | undefined;
  fault: JmapFault | null;
  retry(): void;
}

export function useEmailContent(accountId: Id, emailId: Id): Fetched<EmailContent> {
  const client = useClient();
  const value = useStore((store) => store.base(accountId)?.contents.get(emailId));
  const fetch = useCallback(() => client.loader.contents(accountId, [emailId]), [client, accountId, emailId]);
  return { value, ...useFetch(value === undefined, fetch) };
}

/** Ids of the conversation, oldest first. */
export function useThread(accountId: Id, threadId: Id): Fetched<readonly Id[]> {
  const client = useClient();
  const thread = useStore((store) => store.view(accountId)?.threads.get(threadId));
  const complete = useStore((store) => {
    const account = store.base(accountId);
    return (
      account?.threads
        .get(threadId)
        ?.emailIds.every((id) => account.emails.has(id) && account.contents.has(id)) ?? false
    );
  });
  const fetch = useCallback(() => client.loader.thread(accountId, threadId), [client, accountId, threadId]);
  return { value: thread?.emailIds, ...useFetch(!complete, fetch) };
}

function useFetch(wanted: boolean, fetch: () => Promise<void>): { fault: JmapFault | null; retry(): void } {
  const [fault, setFault] = useState<JmapFault | null>(null);
  const run = useCallback(() => {
    setFault(null);
    fetch().catch((error) => setFault(faultOf(error)));
  }, [fetch]);
  useEffect(() => {
    if (wanted) run();
  }, [wanted, run]);
  return { fault, retry: run };
}

export function useActions() {
  return useClient().actions;
}

export function useToast() {
  const { toasts } = useClient();
  return { toasts, toast: useSyncExternalStore(toasts.subscribe, toasts.current, toasts.current) };
}

export function useComposers() {
  const { composers } = useClient();
  return { composers, open: useSyncExternalStore(composers.subscribe, composers.list, composers.list) };
}

export const useLink = (): Link => useStore((store) => store.link);
