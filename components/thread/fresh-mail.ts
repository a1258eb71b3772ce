/** What of a list the reader has seen, told apart from what came since (page.md §4). */
import type { Id } from '@/lib/jmap/types';

export interface Seen {
  newest: Id | null;
  total: number;
}

/**
 * How many came since: by the place of what was the newest, or, where the top was not asked for again, by the list's length.
 * null: what was the newest has gone, and nothing tells; the list is seen anew.
 */
export function freshIn(ids: readonly (Id | null)[], total: number, seen: Seen): number | null {
  if (ids[0] === null) return Math.max(0, total - seen.total);
  if (seen.newest === null) return 0;
  const place = ids.indexOf(seen.newest);
  if (place >= 0) return place;
  return total > seen.total ? total - seen.total : null;
}
