/** What outlives a session, such as a filter that forwards, is for the person alone (security.md S22). */
import { requireConfirmed } from '@/lib/auth/authenticate';
import type { Context } from './context';
import { MethodError } from './method-error';

/** @throws forbidden for an app password; confirmationNeeded when the password was typed too long ago */
export async function requirePerson({ principal }: Context): Promise<void> {
  if (principal.mailOnly) throw new MethodError('forbidden', 'An app password reaches mail only');
  await requireConfirmed(principal);
}
