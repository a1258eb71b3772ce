import { z } from 'zod';
import { bodyOf, done, route } from '@/app/api/respond';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { confirmPassword } from '@/lib/auth/confirm';
import { control } from '@/lib/auth/control';
import { clientAddress } from '@/lib/net/peer';

const body = z.strictObject({ password: z.string().min(1).max(1_000) });

export const POST = route(async (request) => {
  const { sessionId } = await authenticatePerson(request);
  const on = await control();
  const { password } = await bodyOf(request, body);
  await confirmPassword(on, sessionId, password, clientAddress(request.headers, on.config));
  return done();
});
