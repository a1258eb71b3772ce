/** A local account on a fresh database of either kind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AccountRecord,
  DEFAULT_SETTINGS,
  type Pop3Settings,
  type Retention,
} from '@/lib/account/record';
import { openBlobStore, type SqlBlobStore } from '@/lib/db/blob-store-open';
import { type Databases, openDatabases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import type { AccountIndex } from '@/lib/index/types';
import type { ServerLogin } from '@/lib/net/types';
import type { Destination } from '@/lib/source/local/destination';
import { createLocalSource, type LocalSource } from '@/lib/source/local/local-source';
import type { CollectProgress, SourceStatus } from '@/lib/source/source';
import { netConfig } from '@/test/lib/pop3/net-config';
import { sharedPostgres } from '@/test/servers/postgres';

export type Dialect = 'sqlite' | 'postgres';

export interface LocalAccountOptions {
  /** POP3 where it is given. */
  incoming?: ServerLogin;
  password?: string;
  pop3?: Partial<Pop3Settings>;
  retention?: Partial<Retention>;
  caFile?: string;
  destination?: Destination;
  storageLimit?: number;
  /** An account made before, opened again. */
  dataDir?: string;
  databaseUrl?: string | null;
}

export interface LocalAccount {
  source: LocalSource;
  index: AccountIndex;
  databases: Databases;
  blobs: SqlBlobStore;
  dataDir: string;
  databaseUrl: string | null;
  statuses: SourceStatus[];
  progress: CollectProgress[];
  close(keep?: boolean): Promise<void>;
}

export async function localAccount(
  dialect: Dialect,
  options: LocalAccountOptions = {},
): Promise<LocalAccount> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'gatepost-local-')));
  const databaseUrl =
    options.databaseUrl ?? (dialect === 'postgres' ? await (await sharedPostgres()).createDatabase() : null);
  const databases = await openDatabases({ dataDir, databaseUrl });
  const blobs = openBlobStore({ dataDir, databaseUrl }, databases.main);
  const record: AccountRecord = {
    id: 'aannexample',
    userId: 'u1',
    address: 'ann@example.org',
    name: 'ann@example.org',
    kind: options.incoming ? 'pop3' : 'demo',
    incoming: options.incoming ?? null,
    outgoing: null,
    settings: {
      ...DEFAULT_SETTINGS,
      pop3: { ...DEFAULT_SETTINGS.pop3, ...options.pop3 },
      retention: { ...DEFAULT_SETTINGS.retention, ...options.retention },
    },
    position: 0,
    createdAt: 0,
  };
  const { destination } = options;
  const index = createAccountIndex(databases.main, databases.dialect, record.id);
  const statuses: SourceStatus[] = [];
  const progress: CollectProgress[] = [];
  const source = createLocalSource({
    record,
    index,
    blobs,
    db: databases.main,
    storageLimit: options.storageLimit ?? null,
    config: netConfig(options.caFile ?? null),
    events: {
      onStatus: (status) => void statuses.push(status),
      onProgress: (step) => void progress.push(step),
    },
    ...(destination ? { destination: () => destination } : {}),
    secret: async () => ({ password: options.password ?? '' }),
  });
  return {
    ...{ source, index, databases, blobs, dataDir, databaseUrl, statuses, progress },
    async close(keep = false) {
      await source.close();
      await databases.close();
      if (!keep) await rm(dataDir, { recursive: true });
    },
  };
}
