/** The timer of POP3 accounts, with a clock of its own. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Feeds } from '@/lib/account/feeds';
import { accountsOfKind, createAccount, updateAccount } from '@/lib/account/records';
import { feedTables } from '@/lib/db/feed-tables';
import type { Id } from '@/lib/jmap/types';
import { FeedHistory } from '@/lib/source/local/feed-history';
import { type Fixture, openFixture } from '@/test/lib/jmap/fixture';
import { type FakeMaildrop, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';

const MINUTE = 60_000;
let jmap: Fixture;
let feeds: Feeds;
let maildrops: FakeMaildrop[];

beforeEach(async () => {
  jmap = await openFixture('local');
  const { runtime } = jmap;
  runtime.feeds.stop();
  maildrops = [await fakeMaildrop([]), await fakeMaildrop([])];
  const pop3 = () => accountsOfKind(runtime.databases.main, 'pop3');
  feeds = new Feeds(runtime.accounts, pop3, history);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  feeds?.stop();
  await jmap?.close();
  for (const maildrop of maildrops) await maildrop.close();
});

const history = (id: Id) => new FeedHistory(id, feedTables(jmap.runtime.databases.main));

async function account(maildrop: FakeMaildrop | undefined, settings: object): Promise<Id> {
  const { databases, config } = jmap.runtime;
  const incoming = { host: 'localhost', port: maildrop?.port ?? 0, security: 'none' as const, user: 'ann' };
  const { id } = await createAccount(databases.main, config, {
    ...{ userId: 'u1', address: `ann${incoming.port}@example.org`, kind: 'pop3', incoming, outgoing: null },
    ...{ password: 'pw', signIn: false },
  });
  await updateAccount(databases.main, config, id, { settings: { pop3: settings } });
  return id;
}

/** Once that many sessions have come to their end. */
const ended = (id: Id, count: number) =>
  vi.waitFor(async () => expect(await history(id).sessions()).toHaveLength(count), { timeout: 10_000 });

function pass(minutes: number): void {
  for (let half = 0; half < 2 * minutes; half += 1) vi.advanceTimersByTime(MINUTE / 2);
}

it('collects each account at its own interval, and one that is set to 0 not at all', async () => {
  const often = await account(maildrops[0], { intervalMinutes: 30 });
  const never = await account(maildrops[1], { intervalMinutes: 0 });
  feeds.start();
  pass(1);
  await ended(often, 1);
  pass(28);
  pass(3);
  await ended(often, 2);
  const [second, first] = await history(often).sessions();
  expect(((second?.started_at ?? 0) - (first?.started_at ?? 0)) / MINUTE).toBeGreaterThanOrEqual(29);
  expect(await history(never).sessions()).toEqual([]);
  expect(maildrops[1]?.commands).toEqual([]);
});

it('leaves a paused account alone, and says that there is no next try', async () => {
  const id = await account(maildrops[0], { intervalMinutes: 5, pauseAfterFailures: 2 });
  const [maildrop] = maildrops;
  if (maildrop)
    maildrop.misbehaviour.answer = (line) => (line.startsWith('PASS') ? '-ERR [SYS/TEMP]\r\n' : null);
  feeds.start();
  pass(1);
  await ended(id, 1);
  const record = async () => (await accountsOfKind(jmap.runtime.databases.main, 'pop3'))[0];
  const told = async () => {
    const found = await record();
    return found && feeds.history(found);
  };
  expect((await told())?.sessions[0]?.nextAt).not.toBeNull();
  pass(5);
  await ended(id, 2);
  expect(await told()).toMatchObject({ paused: true, failures: 2, sessions: [{ nextAt: null }, {}] });
  const said = maildrop?.commands.length;
  pass(10);
  // A second account shows that the timer went on.
  const other = await account(maildrops[1], { intervalMinutes: 5 });
  pass(1);
  await ended(other, 1);
  expect(maildrop?.commands).toHaveLength(said ?? 0);
});
