/** Opens the two databases of a process and brings their schema up to date (design decision 4). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dialect, Kysely } from 'kysely';
import type { Config } from '@/lib/config';
import { migrate } from './migrate';
import type { DialectName } from './migration';
import { indexMigrations, mainMigrations } from './migrations';
import { postgresDialect } from './postgres-dialect';
import { sqliteDialect } from './sqlite-dialect';
import type { IndexTables, MainTables } from './tables';

export interface Databases {
  dialect: DialectName;
  /** What must last: users, secrets, outbox, and the index of local accounts. */
  main: Kysely<MainTables>;
  /** The index of IMAP accounts: may be deleted at any time. */
  index: Kysely<IndexTables>;
  /** Where that of the index is, for a thread beside; null on Postgres. */
  indexFile: string | null;
  close(): Promise<void>;
}

export async function openDatabases(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<Databases> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl === null) {
    // 0700: mail and sealed passwords are nobody else's business on a shared machine.
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const indexFile = join(dataDir, 'index.db');
    const main = sqliteDialect(join(dataDir, 'gatepost.db'), true);
    const index = sqliteDialect(indexFile, false);
    return open('sqlite', { main, index }, indexFile);
  }
  return open('postgres', {
    main: postgresDialect(databaseUrl, SCHEMAS.main),
    index: postgresDialect(databaseUrl, SCHEMAS.index),
  });
}

const SCHEMAS = { main: 'gatepost', index: 'gatepost_index' };

async function open(
  dialect: DialectName,
  dialects: { main: Dialect; index: Dialect },
  indexFile: string | null = null,
): Promise<Databases> {
  const main = new Kysely<MainTables>({ dialect: dialects.main });
  const index = new Kysely<IndexTables>({ dialect: dialects.index });
  const close = async () => {
    await Promise.all([main.destroy(), index.destroy()]);
  };
  try {
    await migrate(main, dialect, SCHEMAS.main, mainMigrations);
    await migrate(index, dialect, SCHEMAS.index, indexMigrations);
  } catch (error) {
    await close();
    throw error;
  }
  return { dialect, main, index, indexFile, close };
}
