/** How long a maildrop is left to a process that may be dead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Databases, openDatabases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import type { FeedTables } from '@/lib/db/tables/feed';
import { FeedLease } from '@/lib/source/local/feed-lease';
import { Ledger } from '@/lib/source/local/ledger';
import { onEachDatabase } from '@/test/lib/db/databases';

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

it('R24: of a node whose clock was ahead it is free 20 seconds later, not when that clock says so', async () => {
  const renewed_at = Date.now() + 3_600_000;
  await db.insertInto('feed_lease').values({ account_id: 'a1', token: 'elsewhere', renewed_at }).execute();
  expect(await here().msElsewhere()).toBe(20_000);
});

onEachDatabase('a lease', ({ dialect, open }) => {
  it('I10: of several that find it free at once only one gets it', async () => {
    const tables = feedTables((await open()).main);
    const leases = Array.from({ length: 4 }, () => new FeedLease('a1', tables));
    // Free because nobody has it, then because who had it is gone.
    for (const _ of ['none', 'gone']) {
      const taken = await Promise.all(leases.map((lease) => lease.takeFree()));
      expect(taken.filter(Boolean)).toHaveLength(1);
      await Promise.all(leases.map((lease) => lease.release()));
      const gone = { account_id: 'a1', token: 'elsewhere', renewed_at: 1 };
      await tables.insertInto('feed_lease').values(gone).execute();
    }
  });

  it('I10: whoever has lost it deletes nothing more at the provider', async () => {
    const tables = feedTables((await open()).main);
    const [lost, taken] = [new FeedLease('a1', tables), new FeedLease('a1', tables)];
    const ledger = new Ledger('a1', tables);
    await lost.take();
    await ledger.seen([{ uidl: 'u1', size: 1, keep: false }], [], 0);
    await taken.take();
    await expect(ledger.setState(['u1'], 'delete-due', lost, 0)).rejects.toMatchObject({
      code: 'connectionLost',
    });
    expect((await ledger.entries()).get('u1')?.state).toBe('seen');
    await Promise.all([lost.release(), taken.release()]);
  });

  it.runIf(dialect === 'postgres')('R25: is not taken by a node whose clock is ahead', async () => {
    const tables = feedTables((await open()).main);
    const [lease, other] = [new FeedLease('a1', tables), new FeedLease('a1', tables)];
    await lease.take();
    const ahead = Date.now() + 60_000;
    vi.spyOn(Date, 'now').mockReturnValue(ahead);
    const isTaken = await other.takeFree();
    vi.restoreAllMocks();
    expect(isTaken).toBe(false);
    await lease.release();
  });
});
