import { done, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';

/** "Try again": the answer is the outcome. */
export const POST = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { accounts } = await runtime();
  const account = await accounts.openOwned(userId, (await params).id);
  await account.source.reconnect();
  return done({}, 202);
});
