/** Removing an account: everything kept of it here goes, nothing at the provider. Bytes that nobody names are swept later. */
import type { Databases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import { dropAccount } from '@/lib/index/drop';
import type { Id } from '@/lib/jmap/types';
import { MoveStore } from './move/move-store';

/** A table that keeps something of an account is added here. */
const TABLES = [
  ...[
    'identity',
    'sender_server',
    'upload',
    'told_state',
    'submission',
    'submission_counter',
    'submission_event',
    'sending_limit',
    'server_takes',
    'local_email',
    'pop_uidl',
    'pop_session',
    'pop_read_mark',
    'local_expiry',
    'feed_lease',
  ],
  ...['put_off', 'alias', 'vanished', 'server_offers'],
] as const;

/** Call when the account's row is gone and its connections have ended. */
export async function forgetAccount({ main, index, dialect }: Databases, id: Id): Promise<void> {
  for (const table of TABLES) await main.deleteFrom(table).where('account_id', '=', id).execute();
  await new MoveStore(feedTables(main)).forget(id);
  await dropAccount({ db: index, dialect }, id);
  await dropAccount({ db: main, dialect }, id);
}
