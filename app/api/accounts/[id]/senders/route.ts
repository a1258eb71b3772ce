import { answer, bodyOf, type PathOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';
import { tellOwner } from '@/lib/auth/notice';
import { addSender, newSender } from '@/lib/auth/sender-server';
import { clientAddress } from '@/lib/net/peer';

/** A sender of another provider's, with its server at once. */
export const POST = route<PathOf<'id'>>(async (request, { params }) => {
  const principal = await authenticatePerson(request);
  const input = await bodyOf(request, newSender);
  await requireConfirmed(principal);
  const on = await runtime();
  const { id: accountId } = await params;
  const client = clientAddress(request.headers, on.config);
  const id = await addSender(on, principal, accountId, input, client);
  tellOwner(on, principal.userId, { kind: 'servers', accountId });
  return answer({ id }, 201);
});
