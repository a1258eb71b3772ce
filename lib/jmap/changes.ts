/** /changes for all types (RFC 8620 §5.2). */
import type { Changes } from '@/lib/index/types';
import { MAX_CHANGES } from './limits';
import type { Id } from './types';

export function changesLimit(maxChanges: number | null): number {
  return Math.min(maxChanges ?? MAX_CHANGES, MAX_CHANGES);
}

export function changesResponse(accountId: Id, changes: Omit<Changes, 'updatedProperties'>): object {
  const { oldState, newState, hasMoreChanges, created, updated, destroyed } = changes;
  return { accountId, oldState, newState, hasMoreChanges, created, updated, destroyed };
}
