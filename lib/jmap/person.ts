/** What outlives a session, such as a filter that forwards, is for the person alone (security.md S22). */
import { audit } from '@/lib/auth/audit';
import { requireConfirmed } from '@/lib/auth/authenticate';
import { tellOwner } from '@/lib/auth/notice';
import type { Context } from './context';
import { MethodError } from './method-error';
import type { Id } from './types';

/** @throws forbidden for an app password; confirmationNeeded when the password was typed too long ago */
export async function requirePerson({ principal }: Context): Promise<void> {
  if (principal.mailOnly) throw new MethodError('forbidden', 'An app password reaches mail only');
  await requireConfirmed(principal);
}

/** Kept among what was done, and told to the owner by mail. */
export async function noteFilters({ principal, runtime }: Context, accountId: Id): Promise<void> {
  await audit(runtime.databases.main, principal.userId, 'filters-changed', { accountId });
  tellOwner(runtime, principal.userId, { kind: 'filters', accountId });
}
