import { done, type PathOf, route } from '@/app/api/respond';
import { audit } from '@/lib/auth/audit';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { revocations } from '@/lib/auth/revocation';
import { endSession } from '@/lib/auth/sessions';
import { signedOutHeaders } from '@/lib/auth/token';

/** `current` signs out here. */
export const DELETE = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId, sessionId } = await authenticatePerson(request);
  const { db, config } = await control();
  const { id } = await params;
  const ended = id === 'current' ? sessionId : id;
  await endSession(db, userId, ended);
  await audit(db, userId, 'signed-out');
  await revocations().check(db);
  return done(ended === sessionId ? signedOutHeaders(config) : {});
});
