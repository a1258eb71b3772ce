import { describe, expect, it } from 'vitest';
import { Actions } from '@/lib/client/actions';
import { JmapFault, LinkFault, type Transport } from '@/lib/client/jmap';
import { listKey } from '@/lib/client/lists';
import { ChangeQueue, type Refusal } from '@/lib/client/queue';
import { Store } from '@/lib/client/store';
import { Toasts } from '@/lib/client/toast';
import { UndoHistory } from '@/lib/client/undo';
import type { JsonObject } from '@/lib/jmap/types';
import { account, email, INBOX, list, SESSION, scripted } from './fixture';

function setUp(transport: Transport) {
  const store = new Store(SESSION);
  store.update('a', () => account([email('e2'), email('e1')], [list(INBOX, ['e2', 'e1'])]));
  const refusals: Refusal[] = [];
  const queue = new ChangeQueue(store, transport, (refusal) => refusals.push(refusal));
  const toasts = new Toasts();
  const actions = new Actions(store, queue, new UndoHistory(), toasts, transport);
  const rows = () => store.view('a')?.lists.get(listKey(INBOX))?.ids;
  return { store, queue, actions, toasts, refusals, rows };
}

const accepted = (): JsonObject => ({ oldState: 's1', newState: 's2', notUpdated: null, notDestroyed: null });

describe('an action', () => {
  it('shows before the server has answered and stays when it agrees', async () => {
    const { actions, queue, rows, store } = setUp(scripted({ 'Email/set': accepted }));
    actions.archive([{ accountId: 'a', ids: ['e2'], from: 'inbox' }]);
    expect(rows()).toEqual(['e1']);
    await queue.flush();
    await expect.poll(() => store.base('a')?.pending).toEqual([]);
    expect(rows()).toEqual(['e1']);
    expect(store.base('a')?.states.Email).toBe('s2');
  });

  it("is taken back with the server's words when it is refused, the rest of it stays", async () => {
    const refuse = () => ({
      ...accepted(),
      notUpdated: { e2: { type: 'forbidden', 'gatepost:serverText': 'NO [NOPERM]' } },
    });
    const { actions, rows, refusals, store } = setUp(scripted({ 'Email/set': refuse }));
    actions.delete([{ accountId: 'a', ids: ['e2', 'e1'], from: 'inbox' }]);
    expect(rows()).toEqual([]);
    await expect.poll(() => refusals).toHaveLength(1);
    expect(rows()).toEqual(['e2']);
    expect(refusals[0]).toMatchObject({ ids: ['e2'], fault: { code: 'forbidden', detail: 'NO [NOPERM]' } });
    expect(store.view('a')?.refused).toEqual(new Set(['e2']));
    // Undo takes back what was done.
    actions.undo();
    expect(Object.keys(store.base('a')?.pending[0]?.patches ?? {})).toEqual(['e1']);
  });

  it('is taken back when the whole request fails', async () => {
    const { actions, rows, refusals } = setUp(
      scripted({ 'Email/set': () => ({ error: 'accountReadOnly' }) }),
    );
    actions.archive([{ accountId: 'a', ids: ['e1'], from: 'inbox' }]);
    await expect.poll(() => refusals).toHaveLength(1);
    expect(rows()).toEqual(['e2', 'e1']);
    // There is nothing to take back.
    expect(actions.undo()).toBe(false);
  });

  it('waits while offline and is sent in its order when the link is back', async () => {
    let down = true;
    const server = scripted({ 'Email/set': accepted });
    const { actions, queue, rows, store } = setUp({
      call: (calls) => (down ? Promise.reject(new LinkFault()) : server.call(calls)),
    });
    actions.archive([{ accountId: 'a', ids: ['e2'], from: 'inbox' }]);
    actions.markRead([{ accountId: 'a', ids: ['e1'] }]);
    await expect.poll(() => store.link.offline).toBe(true);
    expect(store.link.waiting).toBe(2);
    expect(rows()).toEqual(['e1']);
    down = false;
    await queue.flush();
    expect(server.log.map(([, args]) => Object.keys(args.update as JsonObject))).toEqual([['e2'], ['e1']]);
    expect(store.link.waiting).toBe(0);
  });

  it('stays where it is when the session ended, to be sent after the next sign-in', async () => {
    let signedIn = false;
    const server = scripted({ 'Email/set': accepted });
    const { actions, queue, rows, refusals } = setUp({
      call: (calls) => (signedIn ? server.call(calls) : Promise.reject(new JmapFault('notSignedIn'))),
    });
    actions.archive([{ accountId: 'a', ids: ['e2'], from: 'inbox' }]);
    await queue.flush();
    expect(rows()).toEqual(['e1']);
    expect(refusals).toEqual([]);
    signedIn = true;
    await queue.flush();
    expect(server.log).toHaveLength(1);
  });

  it('of more emails than the server takes at once goes out in parts, all shown at once', async () => {
    const emails = Array.from({ length: 1_001 }, (_, n) => email(`e${n}`));
    const ids = emails.map(({ id }) => id);
    const server = scripted({ 'Email/set': accepted });
    const { actions, store, rows } = setUp(server);
    store.update('a', () => account(emails, [list(INBOX, ids)]));
    actions.archive([{ accountId: 'a', ids: ids, from: 'inbox' }]);
    expect(rows()).toEqual([]);
    await expect.poll(() => store.link.waiting).toBe(0);
    expect(server.log.map(([, { update }]) => Object.keys(update as JsonObject).length)).toEqual([
      500, 500, 1,
    ]);
  });

  it('is undone by one more change; the row comes back at once', async () => {
    const server = scripted({ 'Email/set': accepted });
    const { actions, queue, rows } = setUp(server);
    actions.archive([{ accountId: 'a', ids: ['e2'], from: 'inbox' }]);
    await queue.flush();
    expect(actions.undo()).toBe(true);
    expect(rows()).toEqual(['e2', 'e1']);
    await expect.poll(() => server.log).toHaveLength(2);
    expect(server.log[1]?.[1].update).toEqual({
      e2: { 'mailboxIds/archive': null, 'mailboxIds/inbox': true },
    });
    expect(actions.undo()).toBe(false);
  });

  it('that changes nothing makes no request', () => {
    const server = scripted({ 'Email/set': accepted });
    const { actions } = setUp(server);
    actions.markRead([{ accountId: 'a', ids: ['e1'] }], false);
    expect(server.log).toEqual([]);
  });
});
