import { done, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';

/** Answers when the server has let us in; what comes is told by event. */
export const POST = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { accounts } = await runtime();
  const account = await accounts.openOwned(userId, (await params).id);
  await (account.record.kind === 'pop3' ? account.collect() : account.source.refreshMailboxes());
  return done({}, 202);
});

/** Stops the collecting that goes on; what has come so far is kept. */
export const DELETE = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { accounts } = await runtime();
  const { source } = await accounts.openOwned(userId, (await params).id);
  await source.cancelCollect?.();
  return done();
});
