/** Two nodes on one Postgres: what one publishes reaches the listeners of the other, once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Hub } from '@/lib/account/hub';
import { joinNodes } from '@/lib/account/nodes';
import { type Databases, openDatabases } from '@/lib/db/database';
import type { StateChange } from '@/lib/jmap/types';
import { sharedPostgres } from '@/test/servers/postgres';

interface Node {
  hub: Hub;
  told: StateChange[];
  /** Accounts that another node has changed. */
  accounts: string[];
  databases: Databases;
  leave(): Promise<void>;
}

let dataDir: string;
let nodes: Node[];

async function joined(databaseUrl: string): Promise<Node> {
  const databases = await openDatabases({ dataDir, databaseUrl });
  const hub = new Hub();
  const told: StateChange[] = [];
  hub.listen('u1', { onChange: (change) => told.push(change), onEnd: () => undefined });
  const accounts: string[] = [];
  const onAccount = async (id: string) => void accounts.push(id);
  const leave = await joinNodes({ hub, databases, databaseUrl, onAccount });
  return { hub, told, accounts, databases, leave };
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-nodes-'));
  const url = await (await sharedPostgres()).createDatabase();
  nodes = [await joined(url), await joined(url)];
});
afterAll(async () => {
  for (const { leave, databases } of nodes) {
    await leave();
    await databases.close();
  }
  await rm(dataDir, { recursive: true, force: true });
});

const states = (told: StateChange[]) => told.map(({ changed }) => changed.a1?.Email);

it('at both, once each; a stranger hears nothing', async () => {
  const [here, there] = nodes as [Node, Node];
  const foreign = vi.fn();
  there.hub.listen('u2', { onChange: foreign, onEnd: () => undefined });
  // A device is pushed to by one of them.
  there.hub.listen('u1', { onChange: foreign, onEnd: () => undefined, ownOnly: true });
  here.hub.publish('u1', 'a1', { Email: 's1' });
  await vi.waitFor(() => expect(states(there.told)).toEqual(['s1']), 10_000);
  expect(foreign).not.toHaveBeenCalled();
  there.hub.publish('u1', 'a1', { Email: 's2' });
  await vi.waitFor(() => expect(states(here.told)).toEqual(['s1', 's2']), 10_000);
  expect(states(there.told)).toEqual(['s1', 's2']);
  expect(foreign).toHaveBeenCalledOnce();
});

it('of an account that is to be opened anew is told to the other, and not of its mail', async () => {
  const [here, there] = nodes as [Node, Node];
  here.hub.publish('u3', 'a2', { Email: 's1' });
  here.hub.publish('u3', 'a3', { Account: 's1' });
  await vi.waitFor(() => expect(there.accounts).toEqual(['a3']), 10_000);
  expect(here.accounts).toEqual([]);
});

it('R26: listens again when Postgres has ended its connections', async () => {
  const [here, there] = nodes as [Node, Node];
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'`.execute(
    here.databases.main,
  );
  let n = 0;
  await vi.waitFor(
    () => {
      n += 1;
      here.hub.publish('u1', 'a1', { Email: `again${n}` });
      expect(states(there.told).some((state) => state?.startsWith('again'))).toBe(true);
    },
    { timeout: 15_000, interval: 300 },
  );
});
