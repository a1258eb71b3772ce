/** What is left of Emails whose own rows were lost: places and counts of nothing. For a repair, before they are added anew. */
import type { Batch } from './batch';
import { groupBy } from './collect';
import { applyMemberships, type MembershipChange } from './memberships';

export async function dropLost(batch: Batch): Promise<void> {
  const { db, account } = batch;
  const lost = await db
    .selectFrom('membership')
    .innerJoin('mailbox', 'mailbox.key', 'membership.mailbox')
    .leftJoin('email', 'email.key', 'membership.email')
    .selectAll('membership')
    .where('mailbox.account', '=', account)
    .where('email.key', 'is', null)
    .execute();
  const changes = lost.map(({ received_at, flags, ...row }): MembershipChange => {
    return { ...row, receivedAt: received_at, before: flags, after: null };
  });
  // Each Thread at once: of one that is half gone the newest would be looked for among those that are lost.
  for (const inThread of groupBy(changes, ({ thread }) => thread).values())
    await applyMemberships(batch, inThread);
  const mailboxes = db.selectFrom('mailbox').select('key').where('account', '=', account);
  const emails = db.selectFrom('email').select('key').where('account', '=', account);
  await db
    .deleteFrom('location')
    .where('mailbox', 'in', mailboxes)
    .where('email', 'not in', emails)
    .execute();
}
