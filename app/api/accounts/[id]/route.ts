import { accountView } from '@/app/api/accounts/view';
import { answer, bodyOf, done, type PathOf, route } from '@/app/api/respond';
import { getOwnAccount } from '@/lib/account/records';
import { runtime } from '@/lib/account/runtime';
import { accountPatch, changeAccount, isGrave, removeAccount, targetIn } from '@/lib/auth/accounts';
import { authenticate, authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { tellOwner } from '@/lib/auth/notice';
import { clientAddress } from '@/lib/net/peer';

export const GET = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { db } = await control();
  return answer(await accountView(await getOwnAccount(db, userId, (await params).id)));
});

export const PATCH = route<PathOf<'id'>>(async (request, { params }) => {
  const principal = await authenticatePerson(request);
  const on = await control();
  const { id } = await params;
  const patch = await bodyOf(request, accountPatch);
  if (isGrave(patch)) await requireConfirmed(principal);
  const record = await changeAccount(on, principal, id, patch, clientAddress(request.headers, on.config));
  const kinds = [
    ...(patch.incoming || patch.outgoing ? (['servers'] as const) : []),
    ...(patch.signIn ? (['signIn'] as const) : []),
    ...(targetIn(patch.settings) ? (['forwarding'] as const) : []),
  ];
  for (const kind of kinds) tellOwner(await runtime(), principal.userId, { kind, accountId: id });
  return answer(await accountView(record));
});

export const DELETE = route<PathOf<'id'>>(async (request, { params }) => {
  const principal = await authenticatePerson(request);
  await requireConfirmed(principal);
  await removeAccount(await control(), principal, (await params).id);
  return done();
});
