import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deleteAccount, updateAccount } from '@/lib/account/records';
import type { StateChange } from '@/lib/jmap/types';
import { addAccount, openFixture, openRuntime } from '@/test/lib/jmap/fixture';

let runtime: Awaited<ReturnType<typeof openRuntime>>;
let id: string;
beforeAll(async () => {
  runtime = await openRuntime();
  id = await addAccount(runtime, 'u1', 'local');
});
afterAll(() => runtime?.stop());

it('opens once for many who ask at the same time', async () => {
  const [one, two] = await Promise.all([runtime.accounts.open(id), runtime.accounts.open(id)]);
  expect(one).toBe(two);
});

it('S19: is not found for another user, exactly as one that does not exist', async () => {
  const foreign = await runtime.accounts.openOwned('u2', id).catch((error) => error);
  const missing = await runtime.accounts.openOwned('u2', 'anone').catch((error) => error);
  expect(foreign).toMatchObject({ code: 'notFound', params: {} });
  expect(missing).toMatchObject({ code: 'notFound', params: {} });
});

it('starts anew after a change, and streams of the user are told once', async () => {
  const before = await runtime.accounts.open(id);
  const changes: StateChange[] = [];
  const stop = runtime.hub.listen('u1', { onChange: (change) => changes.push(change), onEnd: () => {} });
  await runtime.accounts.changed(id);
  expect(await runtime.accounts.open(id)).not.toBe(before);
  await vi.waitFor(() => expect(changes[0]?.changed[id]).toHaveProperty('Account'));
  stop();
});

it('starts anew when another node has changed it, and stays when nothing is new', async () => {
  const { accounts, databases, config } = runtime;
  const before = await accounts.open(id);
  await accounts.changedElsewhere(id);
  expect(await accounts.open(id)).toBe(before);
  await updateAccount(databases.main, config, id, { settings: { pop3: { leaveOnServer: false } } });
  await accounts.changedElsewhere(id);
  expect((await accounts.open(id)).record.settings.pop3.leaveOnServer).toBe(false);
});

it('is closed when another node has removed it', async () => {
  const { accounts, databases } = runtime;
  const gone = await addAccount(runtime, 'u1', 'local');
  await accounts.open(gone);
  await deleteAccount(databases.main, gone);
  await accounts.changedElsewhere(gone);
  expect(accounts.opened(gone)).toBeNull();
  await expect(accounts.openOwned('u1', gone)).rejects.toMatchObject({ code: 'notFound' });
});

it('tells nobody but its own user', async () => {
  const heard = vi.fn();
  const stop = runtime.hub.listen('u2', { onChange: heard, onEnd: () => {} });
  const told = new Promise<StateChange>((resolve) => {
    runtime.hub.listen('u1', { onChange: resolve, onEnd: () => {} });
  });
  runtime.hub.publish('u1', id, { Email: 'x' });
  expect((await told).changed).toEqual({ [id]: { Email: 'x' } });
  expect(heard).not.toHaveBeenCalled();
  stop();
});

it('one that was opened while the one before was still opening stays known', async () => {
  const closing = await addAccount(runtime, 'u1', 'local');
  const first = runtime.accounts.open(closing);
  const changed = runtime.accounts.changed(closing);
  const second = await runtime.accounts.open(closing);
  await Promise.all([first.catch(() => null), changed]);
  expect(runtime.accounts.opened(closing)).toBe(second);
});

it('reads the mailboxes and the newest mail of the inbox when its user has signed in', async () => {
  const fixture = await openFixture('imap');
  const { index } = await fixture.runtime.accounts.open(fixture.accountId);
  const inbox = async () => (await index.mailboxes()).find(({ role }) => role === 'inbox');
  expect((await inbox())?.wire?.filledDownTo).toBeNull();
  fixture.runtime.accounts.prepare(fixture.accountId);
  await vi.waitFor(async () => expect((await inbox())?.wire?.filledDownTo).toBe(1));
  await fixture.close();
});
