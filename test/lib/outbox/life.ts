/** An outbox on a data directory, as one process has it; the SMTP server and the deaths are the test's. */

import { openBlobStore } from '@/lib/db/blob-store-open';
import type { Databases } from '@/lib/db/database';
import { openDatabases } from '@/lib/db/database';
import { createOutbox } from '@/lib/outbox/outbox';
import type { Outbox } from '@/lib/outbox/types';

export const ACCOUNT = 'a1';

export interface Life {
  outbox: Outbox;
  databases: Databases;
  close(): Promise<void>;
}

/** `changed` is called at every step of every submission. */
export async function openLife(dataDir: string, port: number, changed: () => void): Promise<Life> {
  const config = { dataDir, databaseUrl: null };
  const databases = await openDatabases(config);
  const outbox = createOutbox({
    db: databases.main,
    blobs: openBlobStore(config, databases.main),
    config: {
      allowHosts: ['127.0.0.1'],
      allowPorts: [],
      fixed: null,
      dnsServers: [],
      tlsCaFile: null,
      tlsPins: new Map(),
    },
    host: {
      route: async () => ({
        kind: 'smtp',
        server: { host: '127.0.0.1', port, security: 'none', user: 'a@x.org' },
        secret: { password: 'x' },
      }),
      deliverLocally: async () => undefined,
      takesChanged: async () => undefined,
      fileSent: async (_account, { emailId }) => emailId,
      isFound: async () => false,
      changed,
    },
  });
  return {
    outbox,
    databases,
    async close() {
      await outbox.stop();
      await databases.close();
    },
  };
}
