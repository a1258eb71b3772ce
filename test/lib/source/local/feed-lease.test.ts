/** How long a maildrop is left to a process that may be dead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Databases, openDatabases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import type { FeedTables } from '@/lib/db/tables/feed';
import { FeedLease } from '@/lib/source/local/feed-lease';

let dataDir: string;
let databases: Databases;
let db: Kysely<FeedTables>;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-lease-'));
  databases = await openDatabases({ dataDir, databaseUrl: null });
  db = feedTables(databases.main);
});
afterEach(async () => {
  await databases.close();
  await rm(dataDir, { recursive: true });
});

const here = () => new FeedLease('a1', db);

it.runIf(process.platform === 'linux')(
  'R24: of a process that was killed on this machine it is free at once',
  async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'test/lib/source/local/feed-lease-child.mts', dataDir, 'a1'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exited]);
    expect(await here().isHeldElsewhere()).toBe(true);
    child.kill('SIGKILL');
    await exited;
    expect(await here().isHeldElsewhere()).toBe(false);
  },
);

it('R24: of a process elsewhere it is free when it was not renewed for 20 seconds', async () => {
  const told = async (secondsAgo: number) => {
    await db.deleteFrom('feed_lease').execute();
    const renewed_at = Date.now() - secondsAgo * 1_000;
    // The number of a process that is not here, of another machine's table.
    const token = '0b0e 999999999 another-machine pid:[4026531836]';
    await db.insertInto('feed_lease').values({ account_id: 'a1', token, renewed_at }).execute();
    return here().isHeldElsewhere();
  };
  expect(await told(1)).toBe(true);
  expect(await told(15)).toBe(true);
  expect(await told(21)).toBe(false);
});

it('R24: of a process that lives it is not free, whoever asks', async () => {
  const lease = here();
  await lease.take();
  expect(await lease.isHeldElsewhere()).toBe(false);
  expect(await here().isHeldElsewhere()).toBe(true);
  await lease.release();
  expect(await here().isHeldElsewhere()).toBe(false);
});
