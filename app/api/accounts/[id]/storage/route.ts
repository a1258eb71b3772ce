/** How much mail of an account is kept here, and how much may be. */
import { answer, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';
import { RequestError } from '@/lib/errors';

export const GET = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { accounts } = await runtime();
  const { source } = await accounts.openOwned(userId, (await params).id);
  if (!source.stored) throw new RequestError('unsupported', 'its mail is kept at the provider');
  return answer(await source.stored());
});
