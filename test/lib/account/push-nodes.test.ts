/** Subscriptions that another node has taken: whoever collects mail here must post to them, too. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Hub } from '@/lib/account/hub';
import { Push } from '@/lib/account/push/push';
import { Subscriptions } from '@/lib/account/push/subscriptions';
import { Vapid } from '@/lib/account/push/vapid';
import { addAccount, openRuntime } from '@/test/lib/jmap/fixture';

let runtime: Awaited<ReturnType<typeof openRuntime>>;
beforeAll(async () => {
  runtime = await openRuntime();
});
afterAll(() => runtime?.stop());

it('are listened for after the next sweep, and no longer when they are gone', async () => {
  const { config, databases } = runtime;
  const subscriptions = new Subscriptions(databases.main);
  const hub = new Hub();
  const push = new Push({ subscriptions, hub, config, vapid: new Vapid(config) });
  await push.start();
  const credential = await addAccount(runtime, 'u1', 'local');
  const wanted = { deviceClientId: 'd', url: 'https://push.example/d', keys: null, types: null };
  const made = await subscriptions.add(
    { userId: 'u1', credential },
    { ...wanted, expiresAt: Date.now() + 60_000 },
  );
  await push.sweep();
  expect(hub.isListening('u1')).toBe(false);
  await subscriptions.change(made.id, { isVerified: true });
  await push.sweep();
  expect(hub.isListening('u1')).toBe(true);
  await subscriptions.remove(made.id);
  await push.sweep();
  expect(hub.isListening('u1')).toBe(false);
  push.stop();
});
