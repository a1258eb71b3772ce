/** Which index and which source an account has: the one place that knows the kinds. */
import type { Config } from '@/lib/config';
import type { BlobStore } from '@/lib/db/blob-store';
import type { Databases } from '@/lib/db/database';
import { createAccountIndex } from '@/lib/index/account-index';
import type { Aside } from '@/lib/index/aside';
import type { Id } from '@/lib/jmap/types';
import { createImapSource } from '@/lib/source/imap/imap-source';
import { seedDemo } from '@/lib/source/local/demo/seed';
import type { Destination } from '@/lib/source/local/destination';
import { createLocalSource } from '@/lib/source/local/local-source';
import type { SourceEvents } from '@/lib/source/source';
import type { AccountParts } from './account';
import type { AccountRecord } from './record';
import { secretOf } from './records';

export interface AssembleDeps {
  config: Config;
  databases: Databases;
  aside: Aside | null;
  blobs: BlobStore;
  destination(userId: string, accountId: Id): Destination;
  onRead(accountId: Id): void;
}

export async function assemble(
  { config, databases, aside, blobs, destination, onRead }: AssembleDeps,
  record: AccountRecord,
  events: SourceEvents,
): Promise<AccountParts> {
  const { dialect, main } = databases;
  const secret = () => secretOf(main, config, record.id);
  if (record.kind === 'imap') {
    const index = createAccountIndex(databases.index, dialect, record.id, aside);
    const settings = record.settings.imap;
    return { index, source: createImapSource({ record, settings, index, secret, main, config, events }) };
  }
  const index = createAccountIndex(main, dialect, record.id);
  const source = createLocalSource({
    ...{ record, index, secret, blobs, db: main, config, events },
    storageLimit: config.storageLimit,
    destination: (accountId) => destination(record.userId, accountId),
    onRead: () => onRead(record.id),
  });
  // A demo mailbox is full the first time that it is opened; what its user does with it stays done.
  if (record.kind === 'demo' && (await index.mailboxes()).length === 0) {
    await seedDemo(source, { you: { name: 'You', email: record.address } });
  }
  return { index, source };
}
