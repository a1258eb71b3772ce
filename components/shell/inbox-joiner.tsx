'use client';
/** Makes the list over the inboxes of all accounts that take part, kept fresh by each account's own events; shows nothing itself. */
import { useCallback, useEffect, useLayoutEffect, useMemo } from 'react';
import { type AllInboxes, useJoinedIds } from '@/lib/client/all-inboxes';
import { useClient, useStore } from '@/lib/client/hooks';
import { type Joined, join } from '@/lib/client/joined';
import { WINDOW } from '@/lib/client/lists';
import type { AccountState } from '@/lib/client/state';
import type { Store } from '@/lib/client/store';
import type { Id } from '@/lib/jmap/types';

interface Props {
  /** null when nobody looks at it any more. */
  onJoined: (all: AllInboxes | null) => void;
}

export function InboxJoiner({ onJoined }: Props) {
  const ids = useJoinedIds();
  const joined = useStore(useMemo(() => joinedOf(ids), [ids]));
  useFresh(ids, joined);
  const asking = useAsking(ids, joined);
  // Before anything is painted: what was archived is gone with the click.
  useLayoutEffect(() => onJoined({ ...joined, ...asking }), [onJoined, joined, asking]);
  useLayoutEffect(() => () => onJoined(null), [onJoined]);
  return null;
}

function useFresh(ids: readonly Id[], { inboxes }: Joined): void {
  const client = useClient();
  const lists = inboxes.map(({ account, query }) => [account.id, query] as const);
  const key = JSON.stringify(lists);
  useEffect(() => {
    const stops = (JSON.parse(key) as typeof lists).map(([id, query]) => client.watch(id, query));
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, key]);
  useEffect(() => {
    for (const id of ids) if (!client.store.base(id)?.mailboxes) void client.sync.run(id);
  }, [client, ids]);
}

function useAsking(ids: readonly Id[], { inboxes, known }: Joined) {
  const client = useClient();
  const ensure = useCallback(
    (_from: number, to: number) => {
      for (const { account, query, list, taken } of inboxes) {
        client.watched.seen(account.id, query, 0, taken);
        const more = typeof list?.total === 'number' ? to - known : 1;
        if (more > 0) void client.loader.list(account.id, query, taken, taken + more);
      }
    },
    [client, inboxes, known],
  );
  const retry = useCallback(() => {
    for (const { account, query, list } of inboxes)
      if (list?.fault) void client.loader.window(account.id, query, { position: 0, limit: WINDOW });
  }, [client, inboxes]);
  const whole = useCallback(
    async (most: number) => {
      await Promise.all(inboxes.map(({ account, query }) => client.loader.whole(account.id, query, most)));
      return joinedOf(ids)(client.store).list;
    },
    [client, inboxes, ids],
  );
  return useMemo(() => ({ ensure, retry, whole }), [ensure, retry, whole]);
}

/** The same as long as nothing of these accounts has changed. */
function joinedOf(ids: readonly Id[]): (store: Store) => Joined {
  let accounts: AccountState[] = [];
  let joined = join(accounts);
  return (store) => {
    const now = ids.flatMap((id) => store.view(id) ?? []);
    if (now.length !== accounts.length || now.some((account, index) => account !== accounts[index])) {
      joined = join(now, joined.list.ids);
      accounts = now;
    }
    return joined;
  };
}
