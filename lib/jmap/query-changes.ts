/** /queryChanges of lists that are short and made anew each time (RFC 8620 §5.6): what changed may have moved, nothing else has. */
import type { Changes } from '@/lib/index/types';
import { MethodError } from './method-error';
import type { Id, State } from './types';

export interface ListChanges {
  oldQueryState: State;
  newQueryState: State;
  total?: number;
  removed: Id[];
  added: { id: Id; index: number }[];
}

interface Asked {
  maxChanges: number | null;
  calculateTotal: boolean;
}

/**
 * `all`: the list as it is now. `moved`: what changed besides the objects themselves.
 * @throws cannotCalculateChanges, tooManyChanges
 */
export function listChanges(
  { oldState, newState, hasMoreChanges, created, updated, destroyed }: Changes,
  all: Id[],
  { maxChanges, calculateTotal }: Asked,
  moved: Id[] = [],
): ListChanges {
  if (hasMoreChanges) throw new MethodError('cannotCalculateChanges', 'Too much changed');
  const candidates = new Set([...created, ...updated, ...moved]);
  const removed = [...new Set([...updated, ...destroyed, ...moved])];
  const added = [...all.entries()]
    .filter(([, id]) => candidates.has(id))
    .map(([index, id]) => ({ id, index }));
  if (maxChanges !== null && removed.length + added.length > maxChanges)
    throw new MethodError('tooManyChanges');
  return {
    oldQueryState: oldState,
    newQueryState: newState,
    ...(calculateTotal ? { total: all.length } : {}),
    removed,
    added,
  };
}
