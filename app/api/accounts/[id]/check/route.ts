import { answer, type PathOf, route } from '@/app/api/respond';
import { getOwnAccount, secretOf } from '@/lib/account/records';
import { runtime } from '@/lib/account/runtime';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { enterRequest } from '@/lib/auth/rate-limit';
import { SignInRefused } from '@/lib/auth/sign-in';
import { diagnose } from '@/lib/discovery/doctor';
import { RequestError } from '@/lib/errors';

/** "Why does it not connect?": each step at both servers, and what stopped it (security.md R22: not as often as one likes). */
export const POST = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticatePerson(request);
  const { db, config } = await control();
  const { databases } = await runtime();
  const { id, kind, incoming, outgoing, settings } = await getOwnAccount(
    databases.main,
    userId,
    (await params).id,
  );
  if (kind === 'demo' || !incoming || !outgoing)
    throw new RequestError('unsupported', 'the account has no servers');
  await enterRequest(db, config, 'check', id);
  const secret = await secretOf(db, config, id);
  const method = settings.pop3.signInMethod;
  const { steps, error } = await diagnose({ kind, incoming, outgoing }, secret, config, method);
  if (error) throw new SignInRefused(error, { steps });
  return answer({ steps });
});
