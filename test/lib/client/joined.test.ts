import { describe, expect, it } from 'vitest';
import { Actions } from '@/lib/client/actions';
import { applyChange, change } from '@/lib/client/change';
import { JmapFault } from '@/lib/client/jmap';
import { join } from '@/lib/client/joined';
import { listKey, WINDOW } from '@/lib/client/lists';
import { keyOf, placeOf } from '@/lib/client/place';
import { ChangeQueue } from '@/lib/client/queue';
import { ALL_INBOXES } from '@/lib/client/route';
import { actedOn, rowOf } from '@/lib/client/row';
import type { AccountState, EmailRow } from '@/lib/client/state';
import { Store } from '@/lib/client/store';
import { Toasts } from '@/lib/client/toast';
import { UndoHistory } from '@/lib/client/undo';
import { account, CONVERSATIONS, email, list, SESSION, scripted } from './fixture';

/** `mail('b', ['e9', null])`: account b, its inbox has two rows, the second is not known. */
function mail(
  id: string,
  rows: (string | null)[],
  { more = {}, emails = [] }: { more?: Parameters<typeof list>[2]; emails?: EmailRow[] } = {},
): AccountState {
  const known = rows.flatMap((row) => (row === null ? [] : [email(row, { threadId: `t${row}` })]));
  return { ...account([...known, ...emails], [list(CONVERSATIONS, rows, more)]), id };
}
const at = (accountId: string, id: string) => keyOf({ accountId, id });

describe('the list of all inboxes', () => {
  it('is a merge of the lists, newest first', () => {
    const { list, known } = join([mail('a', ['e9', 'e5', 'e1']), mail('b', ['e8', 'e7']), mail('c', ['e6'])]);
    expect(list.ids).toEqual([
      at('a', 'e9'),
      at('b', 'e8'),
      at('b', 'e7'),
      at('c', 'e6'),
      at('a', 'e5'),
      at('a', 'e1'),
    ]);
    expect(list.total).toBe(6);
    expect(known).toBe(6);
  });

  it('keeps the order of the accounts where mail came in the same second, whatever its ids are', () => {
    const { list } = join([mail('b', ['e5']), mail('a', ['e5'])]);
    expect(list.ids).toEqual([at('b', 'e5'), at('a', 'e5')]);
  });

  it('waits where the next row of one account is not known, and says how far each was taken', () => {
    const holes = Array.from({ length: 400 }, () => null);
    const joined = join([mail('a', ['e9', 'e4', ...holes]), mail('b', ['e8', 'e3'])]);
    // What comes behind e4 may be newer than e3.
    expect(joined.list.ids.slice(0, 4)).toEqual([at('a', 'e9'), at('b', 'e8'), at('a', 'e4'), null]);
    expect(joined.known).toBe(3);
    expect(joined.inboxes.map(({ taken }) => taken)).toEqual([2, 1]);
    // It grows by a window, not by all that the servers have.
    expect(joined.list.total).toBe(3 + WINDOW);
  });

  it('counts a row as unknown as long as its mail is', () => {
    const half = mail('a', ['e9', 'e8']);
    const emails = new Map(half.emails);
    emails.delete('e8');
    expect(join([{ ...half, emails }, mail('b', ['e7'])]).known).toBe(1);
  });

  it('goes on without an account that fails, with what is known of it', () => {
    const fault = new JmapFault('serverUnavailable');
    const joined = join([mail('a', ['e9', null, 'e2'], { more: { fault } }), mail('b', ['e8', 'e3'])]);
    expect(joined.list.ids).toEqual([at('a', 'e9'), at('b', 'e8'), at('b', 'e3')]);
    expect(joined.list.total).toBe(3);
  });

  it('does not wait for an account that has never answered, and is not empty before any has', () => {
    const silent = { ...account([], []), id: 'a' };
    expect(join([silent, mail('b', ['e8'])]).list.ids).toEqual([at('b', 'e8')]);
    expect(join([silent]).list.total).toBeNull();
    expect(join([mail('b', [])]).list.total).toBe(0);
  });

  it('takes in new mail at its place and lets go what was taken out', () => {
    const b = mail('b', ['e8', 'e3']);
    const before = join([mail('a', ['e5']), b]).list.ids;
    expect(join([mail('a', ['e6', 'e5']), b], before).list.ids).toEqual([
      at('b', 'e8'),
      at('a', 'e6'),
      at('a', 'e5'),
      at('b', 'e3'),
    ]);
    const archived = applyChange(b, change({ e8: { mailboxIds: { inbox: false, archive: true } } }));
    expect(join([mail('a', ['e5']), archived], before).list.ids).toEqual([at('a', 'e5'), at('b', 'e3')]);
  });

  it('is the same array as long as its rows are', () => {
    const accounts = [mail('a', ['e9']), mail('b', ['e8'])];
    const { list } = join(accounts);
    expect(join(accounts, list.ids).list.ids).toBe(list.ids);
  });

  it('shows rows under keys that tell their account, and acts on what is in the inbox', () => {
    const answer = email('e2', { threadId: 'te9', mailboxIds: { sent: true } });
    const a = mail('a', ['e9'], { emails: [answer] });
    const threads = new Map([['te9', { id: 'te9', emailIds: ['e2', 'e9'] }]]);
    const joined = join([{ ...a, threads }, mail('b', ['e9'])]);
    const row = rowOf(joined.mail, joined.list, at('a', 'e9'));
    if (!row) throw new Error('no row');
    expect(row.thread.map(({ id }) => id)).toEqual([at('a', 'e2'), at('a', 'e9')]);
    expect(actedOn(row, ALL_INBOXES).map(placeOf)).toEqual([{ accountId: 'a', id: 'e9' }]);
    // Whoever compares rows gets the same ones.
    expect(rowOf(joined.mail, joined.list, at('a', 'e9'))?.email).toBe(row.email);
  });

  it('asks of 10,000 known rows for no work of their product', () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => `e${index}`);
    const emails = new Map(rows.map((id) => [id, email('e1', { id })]));
    const many = (id: string) => ({
      ...mail(id, []),
      emails,
      lists: new Map([[listKey(CONVERSATIONS), list(CONVERSATIONS, rows)]]),
    });
    const start = performance.now();
    expect(join([many('a'), many('b')]).known).toBe(10_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

const OF_ANNA = { name: 'a', isPersonal: true, isReadOnly: false, accountCapabilities: {} };

describe('an action on mail of several accounts', () => {
  function setUp(accept: Record<string, (args: { accountId?: unknown }) => object>) {
    const store = new Store({ ...SESSION, accounts: { a: OF_ANNA, b: OF_ANNA } });
    for (const id of ['a', 'b']) store.update(id, () => mail(id, ['e2', 'e1']));
    const transport = scripted(accept as Parameters<typeof scripted>[0]);
    const queue = new ChangeQueue(store, transport, () => undefined);
    const toasts = new Toasts();
    const actions = new Actions(store, queue, new UndoHistory(), toasts, transport);
    const rows = (id: string) => store.view(id)?.lists.get(listKey(CONVERSATIONS))?.ids;
    return { actions, queue, toasts, rows, log: transport.log };
  }
  const accepted = () => ({ oldState: 's1', newState: 's2', notUpdated: null, notDestroyed: null });

  it('goes to each its own, is told once and taken back as one', async () => {
    const { actions, queue, toasts, rows, log } = setUp({ 'Email/set': accepted });
    actions.archive([
      { accountId: 'a', ids: ['e2'], from: 'inbox' },
      { accountId: 'b', ids: ['e2', 'e1'], from: 'inbox' },
    ]);
    expect([rows('a'), rows('b')]).toEqual([['e1'], []]);
    expect(toasts.current()).toMatchObject({ message: 'toast.archived', values: { n: 3 } });
    await queue.flush();
    expect(log.map(([, args]) => args.accountId)).toEqual(['a', 'b']);
    toasts.current()?.undo?.();
    expect([rows('a'), rows('b')]).toEqual([
      ['e2', 'e1'],
      ['e2', 'e1'],
    ]);
    toasts.dismiss();
  });
});
