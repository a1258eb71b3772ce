/** A process that has the lease of a maildrop and never gives it back: `feed-lease-child.mts DATA_DIR ACCOUNT`. */
import { openDatabases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import { FeedLease } from '@/lib/source/local/feed-lease';

const [dataDir = '', accountId = ''] = process.argv.slice(2);
const { main } = await openDatabases({ dataDir, databaseUrl: null });
await new FeedLease(accountId, feedTables(main)).take();
process.stdout.write('taken\n');
process.stdin.resume();
