import type { Kysely } from 'kysely';
import type { FeedTables } from './tables/feed';

/**
 * The feed tables of a handle that knows others: Kysely's builders are invariant, so its types cannot narrow a handle.
 * Only for `gatepost.db`: index.db has no such tables. What this returns stays in the same transaction.
 */
export function feedTables<Tables>(main: Kysely<Tables>): Kysely<FeedTables> {
  return main as unknown as Kysely<FeedTables>;
}
