/** Copying of whole accounts, or of one mailbox again and again, into another account. */
import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { audit } from '@/lib/auth/audit';
import { authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';
import { tellOwner } from '@/lib/auth/notice';

const id = z.string().min(1).max(255);
const newMove = z.strictObject({
  from: id,
  to: id,
  fromMailboxId: id.nullable().default(null),
  toMailboxId: id.nullable().default(null),
  everyMinutes: z.int().min(5).max(1_440).nullable().default(null),
});

export const GET = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  return answer({ moves: await (await runtime()).moves.list(userId) });
});

export const POST = route(async (request) => {
  const principal = await authenticatePerson(request);
  // What is copied again and again outlives the session (security.md S22).
  await requireConfirmed(principal);
  const { userId } = principal;
  const { from, to, fromMailboxId, toMailboxId, everyMinutes } = await bodyOf(request, newMove);
  const on = await runtime();
  const move = await on.moves.add({
    ...{ user_id: userId, from_account: from, to_account: to },
    ...{ from_mailbox: fromMailboxId, to_mailbox: toMailboxId, every_minutes: everyMinutes },
  });
  await audit(on.databases.main, userId, 'forwarding-changed', { accountId: from });
  tellOwner(on, userId, { kind: 'forwarding', accountId: from });
  return answer(move, 201);
});
