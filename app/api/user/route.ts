import { done, route } from '@/app/api/respond';
import { removeUser } from '@/lib/auth/accounts';
import { authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { signedOutHeaders } from '@/lib/auth/token';

/** Removes the user here with everything kept; nothing at any provider. */
export const DELETE = route(async (request) => {
  const principal = await authenticatePerson(request);
  await requireConfirmed(principal);
  const on = await control();
  await removeUser(on, principal);
  return done(signedOutHeaders(on.config));
});
