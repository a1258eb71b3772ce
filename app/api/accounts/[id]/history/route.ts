/** What became of the last sessions with a POP3 maildrop, and whether the timer leaves it alone. */
import { answer, type PathOf, route } from '@/app/api/respond';
import { getOwnAccount } from '@/lib/account/records';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';

export const GET = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { databases, feeds } = await runtime();
  return answer(await feeds.history(await getOwnAccount(databases.main, userId, (await params).id)));
});
