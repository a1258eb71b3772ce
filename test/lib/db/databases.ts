/** Runs a suite on both databases: SQLite files in a temporary directory and a private Postgres. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Databases, openDatabases } from '@/lib/db/database';
import type { DialectName } from '@/lib/db/migration';
import { sharedPostgres } from '@/test/servers/postgres';

export type DatabaseConfig = { dataDir: string; databaseUrl: string | null };

export interface TestDatabases {
  dialect: DialectName;
  /** A new, empty place for databases; for tests that open it themselves. */
  place(): Promise<DatabaseConfig>;
  /** New, empty databases; closed and removed at the end of the suite. */
  open(): Promise<Databases>;
}

export function onEachDatabase(name: string, suite: (databases: TestDatabases) => void): void {
  describe.each<DialectName>(['sqlite', 'postgres'])(`${name} (%s)`, (dialect) => {
    const opened: Databases[] = [];
    const directories: string[] = [];

    async function place(): Promise<DatabaseConfig> {
      if (dialect === 'postgres') {
        return { dataDir: '', databaseUrl: await (await sharedPostgres()).createDatabase() };
      }
      const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-db-'));
      directories.push(dataDir);
      return { dataDir, databaseUrl: null };
    }

    async function open(): Promise<Databases> {
      const databases = await openDatabases(await place());
      opened.push(databases);
      return databases;
    }

    // On a busy machine its start takes longer than a test may.
    beforeAll(async () => {
      if (dialect === 'postgres') await sharedPostgres();
    });

    afterAll(async () => {
      await Promise.all(opened.map((databases) => databases.close()));
      await Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true })));
      if (dialect === 'postgres') await (await sharedPostgres()).stop();
    });

    suite({ dialect, place, open });
  });
}
