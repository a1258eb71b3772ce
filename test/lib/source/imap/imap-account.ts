/** An IMAP source on a test server, with an index of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import type { AccountIndex } from '@/lib/index/types';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import type { NetConfig } from '@/lib/net/guard';
import type { Security } from '@/lib/net/types';
import { createImapSource, type ImapSource } from '@/lib/source/imap/imap-source';
import { DEFAULT_IMAP_SETTINGS, type ImapSettings } from '@/lib/source/imap/settings';
import type { SourceStatus } from '@/lib/source/source';
import type { Certificate } from '@/test/servers/tls';

export interface MailServer {
  tls: Certificate;
  ports: { imaps: number };
}

export const USER = 'alice@example.org';
export const PASSWORD = 'secret';

export function netConfig(server: Pick<MailServer, 'tls'>): NetConfig {
  return {
    allowHosts: ['localhost'],
    allowPorts: [],
    fixed: null,
    dnsServers: [],
    tlsCaFile: server.tls.caFile,
    tlsPins: new Map(),
  };
}

export interface ImapAccount {
  source: ImapSource;
  index: AccountIndex;
  statuses: SourceStatus[];
  /** Changed by tests that change the password. */
  secret: { password: string };
  byRole(role: MailboxRole): Promise<Id>;
  close(): Promise<void>;
}

export interface AccountOptions {
  port?: number;
  security?: Security;
  user?: string;
  password?: string;
  /** Kept over `close`: what a restart finds. */
  dataDir?: string;
  settings?: Partial<ImapSettings>;
}

/** With the mailboxes listed and the inbox read. */
export async function openAtInbox(
  server: MailServer,
  options: AccountOptions = {},
): Promise<{ account: ImapAccount; inbox: Id }> {
  const account = await openImapAccount(server, options);
  await account.source.refreshMailboxes();
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 50);
  return { account, inbox };
}

export async function openImapAccount(
  server: MailServer,
  options: AccountOptions = {},
): Promise<ImapAccount> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'gatepost-imap-')));
  const databases = await openDatabases({ dataDir, databaseUrl: null });
  const index = createAccountIndex(databases.index, databases.dialect, 'atest');
  const statuses: SourceStatus[] = [];
  const secret = { password: options.password ?? PASSWORD };
  const source = createImapSource({
    record: {
      id: 'atest',
      incoming: {
        host: 'localhost',
        port: options.port ?? server.ports.imaps,
        security: options.security ?? 'tls',
        user: options.user ?? USER,
      },
    },
    settings: { ...DEFAULT_IMAP_SETTINGS, ...options.settings },
    secret: async () => secret,
    index,
    main: databases.main,
    config: netConfig(server),
    events: { onStatus: (status) => statuses.push(status) },
  });
  return {
    source,
    index,
    statuses,
    secret,
    async byRole(role) {
      const found = (await index.mailboxes()).find((mailbox) => mailbox.role === role);
      if (!found) throw new Error(`no mailbox with the role ${role}`);
      return found.id;
    },
    async close() {
      await source.close();
      await databases.close();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
