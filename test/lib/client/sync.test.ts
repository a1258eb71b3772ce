import { describe, expect, it } from 'vitest';
import type { Transport } from '@/lib/client/jmap';
import { listKey } from '@/lib/client/lists';
import { Loader } from '@/lib/client/loader';
import { Store } from '@/lib/client/store';
import { Sync } from '@/lib/client/sync';
import { Watched } from '@/lib/client/watch';
import type { JsonObject, JsonValue } from '@/lib/jmap/types';
import { account, email, INBOX, list, mailbox, SESSION, scripted } from './fixture';

function setUp(transport: Transport) {
  const store = new Store(SESSION);
  store.update('a', () => account([email('e2'), email('e1')], [list(INBOX, ['e2', 'e1'])]));
  const watched = new Watched();
  watched.add('a', INBOX);
  watched.seen('a', INBOX, 0, 2);
  const sync = new Sync(store, transport, new Loader(store, transport), watched);
  return { store, sync, rows: () => store.view('a')?.lists.get(listKey(INBOX))?.ids };
}

const asJson = (value: unknown) => value as JsonValue;
const nothing = { hasMoreChanges: false, created: [], updated: [], destroyed: [] };
const server = (own: Record<string, (args: JsonObject) => JsonObject> = {}) =>
  scripted({
    'Mailbox/changes': () => ({ ...nothing, oldState: 'm1', newState: 'm2', updated: ['inbox'] }),
    'Mailbox/get': () => ({
      state: 'm2',
      list: [asJson(mailbox('inbox', 'inbox', { unreadEmails: 7 }))],
      notFound: [],
    }),
    'Email/changes': () => ({
      ...nothing,
      oldState: 's1',
      newState: 's2',
      created: ['e3'],
      destroyed: ['e1'],
    }),
    'Email/queryChanges': () => ({
      oldQueryState: 'q1',
      newQueryState: 'q2',
      removed: ['e1'],
      added: [{ id: 'e3', index: 0 }],
      total: 2,
    }),
    'Email/get': () => ({ state: 's2', list: [asJson(email('e3'))], notFound: [] }),
    'Thread/get': () => ({ state: 's2', list: [], notFound: [] }),
    'Email/query': () => ({
      queryState: 'q9',
      canCalculateChanges: true,
      position: 0,
      ids: ['e3'],
      total: 1,
    }),
    ...own,
  });

describe('sync', () => {
  it('tells who listens what an account has got, when its rows are known; not of a flood', async () => {
    const flood = Array.from({ length: 300 }, (_, n) => `f${n}`);
    const created = [['e3'], flood];
    const { sync, store } = setUp(
      server({
        'Email/changes': () => ({
          ...nothing,
          oldState: 's1',
          newState: 's2',
          created: created.shift() ?? [],
        }),
      }),
    );
    const told: unknown[] = [];
    const stop = sync.onCreated((accountId, ids) =>
      told.push([accountId, ids, store.base('a')?.emails.has('e3')]),
    );
    await sync.run('a');
    await sync.run('a');
    expect(told).toEqual([['a', ['e3'], true]]);
    created.push(['e3']);
    stop();
    await sync.run('a');
    expect(told).toHaveLength(1);
  });

  it('applies what another program did: new row, gone row, counts', async () => {
    const { sync, store, rows } = setUp(server());
    await sync.run('a');
    expect(rows()).toEqual(['e3', 'e2']);
    expect(store.view('a')?.emails.has('e1')).toBe(false);
    expect(store.view('a')?.emails.has('e3')).toBe(true);
    expect(store.view('a')?.mailboxes?.get('inbox')?.unreadEmails).toBe(7);
    expect(store.base('a')?.states).toMatchObject({ Email: 's2', Mailbox: 'm2' });
  });

  it('never lists mail whose row is not there yet', async () => {
    const { sync, store, rows } = setUp(server());
    const bare: unknown[] = [];
    store.subscribe(() => {
      bare.push(...(rows() ?? []).filter((id) => id !== null && !store.view('a')?.emails.has(id)));
    });
    await sync.run('a');
    expect(rows()).toEqual(['e3', 'e2']);
    expect(bare).toEqual([]);
  });

  it('pitfall 32: loads anew when the server cannot calculate changes', async () => {
    const { sync, rows, store } = setUp(
      server({ 'Email/changes': () => ({ error: 'cannotCalculateChanges' }) }),
    );
    await sync.run('a');
    expect(rows()).toEqual(['e3']);
    expect([...(store.view('a')?.emails.keys() ?? [])]).toEqual(['e3']);
    expect(store.base('a')?.states.Email).toBe('s2');
  });

  it('asks for the rows in view again when only the list cannot be told', async () => {
    const { sync, rows, store } = setUp(
      server({ 'Email/queryChanges': () => ({ error: 'tooManyChanges' }) }),
    );
    await sync.run('a');
    expect(rows()).toEqual(['e3']);
    expect(store.view('a')?.emails.has('e2')).toBe(true);
  });

  it('pitfall 32: never freezes: a server that promises more changes but does not move is asked for everything once', async () => {
    const stuck = server({
      'Email/changes': () => ({ ...nothing, hasMoreChanges: true, oldState: 's1', newState: 's1' }),
    });
    const { sync, rows } = setUp(stuck);
    await sync.run('a');
    expect(stuck.log.filter(([name]) => name === 'Email/changes')).toHaveLength(1);
    expect(rows()).toEqual(['e3']);
  });

  it('pitfall 32: never freezes: changes without an end lead to a reload', async () => {
    let state = 1;
    const endless = server({
      'Email/changes': () => {
        state += 1;
        return { ...nothing, hasMoreChanges: true, oldState: 's', newState: `s${state}` };
      },
    });
    const { sync } = setUp(endless);
    await sync.run('a');
    expect(endless.log.filter(([name]) => name === 'Email/changes').length).toBeLessThan(100);
  });

  it('R8: keeps what is shown and tells the fault when the server is down', async () => {
    const { sync, rows, store } = setUp(
      server({ 'Mailbox/changes': () => ({ error: 'serverUnavailable' }) }),
    );
    await sync.run('a');
    expect(rows()).toEqual(['e2', 'e1']);
    expect(store.view('a')?.fault?.code).toBe('serverUnavailable');
  });

  it('runs once more for calls during a run, not once for each', async () => {
    const counted = server();
    const { sync } = setUp(counted);
    await Promise.all([sync.run('a'), sync.run('a'), sync.run('a')]);
    expect(counted.log.filter(([name]) => name === 'Email/changes')).toHaveLength(2);
  });
});
