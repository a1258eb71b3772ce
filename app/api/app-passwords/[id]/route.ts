import { done, type PathOf, route } from '@/app/api/respond';
import { revokeAppPassword } from '@/lib/auth/app-passwords';
import { audit } from '@/lib/auth/audit';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { revocations } from '@/lib/auth/revocation';

export const DELETE = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticatePerson(request);
  const { db } = await control();
  const { id } = await params;
  await revokeAppPassword(db, userId, id);
  await audit(db, userId, 'app-password-revoked', { id });
  await revocations().check(db);
  return done();
});
