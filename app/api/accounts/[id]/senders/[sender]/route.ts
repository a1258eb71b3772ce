import { bodyOf, done, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';
import { tellOwner } from '@/lib/auth/notice';
import { removeSenderServer, senderServer, setSenderServer } from '@/lib/auth/sender-server';
import { clientAddress } from '@/lib/net/peer';

type Path = PathOf<'id' | 'sender'>;

const senderOf = async ({ params }: Path) => {
  const { id, sender } = await params;
  return { accountId: id, identityId: sender };
};

/** By a server of its own: what could be read on its way there is a grave change (security.md S22). */
export const PUT = route<Path>(async (request, path) => {
  const principal = await authenticatePerson(request);
  const input = await bodyOf(request, senderServer);
  await requireConfirmed(principal);
  const on = await runtime();
  const sender = await senderOf(path);
  await setSenderServer(on, principal, sender, input, clientAddress(request.headers, on.config));
  tellOwner(on, principal.userId, { kind: 'servers', accountId: sender.accountId });
  return done();
});

export const DELETE = route<Path>(async (request, path) => {
  const principal = await authenticatePerson(request);
  await removeSenderServer(await runtime(), principal, await senderOf(path));
  return done();
});
