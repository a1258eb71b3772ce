/** Deletes where it came from what is in the other account with each of its bytes. */
import { answer, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';

export const POST = route<PathOf<'id'>>(async (request, { params }) => {
  const principal = await authenticatePerson(request);
  await requireConfirmed(principal);
  const { moves } = await runtime();
  return answer(await moves.deleteSource(principal.userId, (await params).id));
});
