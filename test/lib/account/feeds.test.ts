/** Which POP3 accounts are due when, by their settings and by what became of the sessions before. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Accounts } from '@/lib/account/accounts';
import { Feeds } from '@/lib/account/feeds';
import { type AccountRecord, DEFAULT_SETTINGS, type Pop3Settings } from '@/lib/account/record';
import { type Databases, openDatabases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import type { Id } from '@/lib/jmap/types';
import { FeedHistory } from '@/lib/source/local/feed-history';

const START = Date.UTC(2026, 10, 3);
const after = (minutes: number) => START + minutes * 60_000;

let dataDir: string;
let databases: Databases;
let records: AccountRecord[];
let collected: Id[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-feeds-'));
  databases = await openDatabases({ dataDir, databaseUrl: null });
  records = [];
  collected = [];
});
afterEach(async () => {
  await databases.close();
  await rm(dataDir, { recursive: true });
});

const history = (id: Id) => new FeedHistory(id, feedTables(databases.main));

/** What an account would do is asked elsewhere: here only whether it is told to. */
function feedsOfProcess(): Feeds {
  const accounts = { open: async (id: Id) => ({ collect: async () => collected.push(id) }) };
  return new Feeds(
    accounts as unknown as Accounts,
    async () => records,
    history,
    async () => 0,
  );
}

function account(id: Id, pop3: Partial<Pop3Settings>): AccountRecord {
  const record: AccountRecord = {
    ...{ id, userId: 'u1', address: `${id}@example.org`, name: id, kind: 'pop3', position: 0, createdAt: 0 },
    ...{ incoming: null, outgoing: null },
    settings: { ...DEFAULT_SETTINGS, pop3: { ...DEFAULT_SETTINGS.pop3, ...pop3 } },
  };
  records.push(record);
  return record;
}

/** @returns who is told to collect */
async function due(feeds: Feeds, minutes: number): Promise<Id[]> {
  collected = [];
  await feeds.collectDue(after(minutes));
  await new Promise((turn) => setImmediate(turn));
  return collected;
}

async function session(id: Id, minutes: number, code: string | null = null): Promise<void> {
  await history(id).add({
    ...{ started_at: after(minutes), ended_at: after(minutes) + 1_000, messages: 0, bytes: 0, deleted: 0 },
    ...{ code, server_text: null, next_at: after(minutes + 5), expire_days: null, login_delay: null },
  });
}

it('each is collected at its own interval, and one that is set to 0 not at all', async () => {
  account('often', { intervalMinutes: 5 });
  account('seldom', { intervalMinutes: 30 });
  account('never', { intervalMinutes: 0 });
  const feeds = feedsOfProcess();
  expect(await due(feeds, 0)).toEqual(['often', 'seldom']);
  expect(await due(feeds, 4)).toEqual([]);
  expect(await due(feeds, 5)).toEqual(['often']);
  expect(await due(feeds, 30)).toEqual(['often', 'seldom']);
});

it('no oftener after a restart, or where there are several processes', async () => {
  account('a', { intervalMinutes: 30 });
  await session('a', 0);
  const other = feedsOfProcess();
  expect(await due(other, 20)).toEqual([]);
  expect(await due(other, 29)).toEqual([]);
  expect(await due(other, 30)).toEqual(['a']);
  // A clock that was set back: what it says of a session of the future counts for nothing.
  expect(await due(feedsOfProcess(), -10)).toEqual(['a']);
});

it('R25: a clock that was set back keeps nobody waiting until it is there again', async () => {
  account('a', { intervalMinutes: 30 });
  const feeds = feedsOfProcess();
  expect(await due(feeds, 10_000)).toEqual(['a']);
  expect(await due(feeds, 0)).toEqual(['a']);
  expect(await due(feeds, 29)).toEqual([]);
  expect(await due(feeds, 30)).toEqual(['a']);
});

it('R25: what failed while the clock was ahead is older than what comes after it was set back', async () => {
  const record = account('a', { pauseAfterFailures: 2 });
  const feeds = feedsOfProcess();
  await session('a', 0);
  for (const minutes of [10_000, 10_001]) await session('a', minutes, 'tryLater');
  expect(await feeds.history(record)).toMatchObject({ paused: true, failures: 2 });
  await session('a', 5);
  expect(await feeds.history(record)).toMatchObject({ paused: false, failures: 0 });
  expect((await feeds.history(record)).sessions.map(({ code }) => code)).toEqual([
    null,
    'tryLater',
    'tryLater',
    null,
  ]);
  expect(await history('a').begunAt()).toBe(START + 1_000);
});

it('one that is paused is left alone, and no next try is told', async () => {
  const record = account('a', { intervalMinutes: 5, pauseAfterFailures: 2 });
  const feeds = feedsOfProcess();
  await session('a', 0, 'tryLater');
  expect((await feeds.history(record)).sessions[0]?.nextAt).not.toBeNull();
  expect(await due(feeds, 10)).toEqual(['a']);
  await session('a', 10, 'tryLater');
  expect(await feeds.history(record)).toMatchObject({
    ...{ paused: true, failures: 2 },
    sessions: [{ nextAt: null }, {}],
  });
  expect(await due(feeds, 20)).toEqual([]);
});
