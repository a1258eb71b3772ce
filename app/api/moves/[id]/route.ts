import { z } from 'zod';
import { answer, bodyOf, done, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticatePerson } from '@/lib/auth/authenticate';

const movePatch = z.strictObject({ state: z.enum(['paused', 'running']) });

export const PATCH = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticatePerson(request);
  const { id } = await params;
  const { state } = await bodyOf(request, movePatch);
  const { moves } = await runtime();
  return answer(await (state === 'paused' ? moves.pause(userId, id) : moves.resume(userId, id)));
});

/** What is copied stays. */
export const DELETE = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticatePerson(request);
  await (await runtime()).moves.remove(userId, (await params).id);
  return done();
});
