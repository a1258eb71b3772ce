/** What collects for a POP3 account: into its own mailboxes, or into another account of the same person. */
import type { Kysely } from 'kysely';
import type { AccountRecord } from '@/lib/account/record';
import type { BlobStore } from '@/lib/db/blob-store';
import type { FeedTables } from '@/lib/db/tables/feed';
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret } from '@/lib/net/types';
import type { Deliverer } from '@/lib/source/local/delivery';
import type { Destination } from '@/lib/source/local/destination';
import { ElsewhereStore } from '@/lib/source/local/elsewhere-store';
import { FeedHistory } from '@/lib/source/local/feed-history';
import { FeedLease } from '@/lib/source/local/feed-lease';
import type { Ledger } from '@/lib/source/local/ledger';
import { ElsewhereLedger } from '@/lib/source/local/ledger-elsewhere';
import type { LocalMailboxes } from '@/lib/source/local/mailboxes';
import { Pop3Collector } from '@/lib/source/local/pop3-collector';
import { Pop3Store } from '@/lib/source/local/pop3-store';
import { ReadMarks } from '@/lib/source/local/read-marks';
import type { SourceEvents } from '@/lib/source/source';

interface CollectorParts {
  record: AccountRecord;
  index: AccountIndex;
  db: Kysely<FeedTables>;
  blobs: BlobStore;
  config: NetConfig;
  events: SourceEvents;
  ledger: Ledger;
  mailboxes: LocalMailboxes;
  deliverer: Deliverer;
  destination: ((accountId: Id) => Destination) | undefined;
  secret: (() => Promise<Secret>) | undefined;
  onRead: (() => void) | undefined;
}

/** null: not a POP3 account. */
export function collectorOf(parts: CollectorParts): Pop3Collector | null {
  const { record, db, blobs, ledger, mailboxes, secret, onRead, config, events } = parts;
  if (record.kind !== 'pop3' || !record.incoming || !secret) return null;
  const settings = record.settings.pop3;
  const lease = new FeedLease(record.id, db);
  const reads = new ReadMarks(record.id, db);
  const common = { settings, lease, reads, now: Date.now, ...(onRead ? { onRead } : {}) };
  const here = new Pop3Store(parts.index, ledger, parts.deliverer, blobs, {
    ...common,
    target: () => mailboxes.target(settings),
    roleId: (role) => mailboxes.roleId(role),
  });
  const elsewhere =
    settings.targetAccountId === null ? undefined : parts.destination?.(settings.targetAccountId);
  const store = async () => {
    if (elsewhere) {
      const options = { ...common, here, elsewhere: new ElsewhereLedger(record.id, db) };
      return new ElsewhereStore(ledger, blobs, elsewhere, options);
    }
    await mailboxes.ensure();
    return here;
  };
  return new Pop3Collector({
    ...{ accountId: record.id, login: record.incoming, secret, config, events, settings, store },
    ...{ lease, history: new FeedHistory(record.id, db) },
  });
}
