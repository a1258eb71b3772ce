/** Emails out of every mailbox, for ever. */
import { RequestError } from '@/lib/errors';
import type { Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { type ImapContext, wiredMailbox } from './context';
import { Effects } from './effects';
import { groupBy, selectFor } from './locate';
import { removeMessages } from './remove';
import { type Results, Run } from './update-emails';

export async function destroyEmails(context: ImapContext, ids: Id[]): Promise<Results> {
  const all = await context.index.locations(ids);
  const locations = groupBy(all, ({ emailId }) => emailId);
  const missing = ids.filter((id) => !locations.has(id));
  const refused = new Map(missing.map((id) => [id, new RequestError('notFound', 'no such email')]));
  const run = new Run(context, ids, refused);
  const effects = new Effects(context, new Map(), locations);
  for (const [mailboxId, here] of groupBy(all, (location) => location.mailboxId)) {
    await run.step(here, (rest) => destroyIn(context, mailboxId, rest, effects));
  }
  await effects.write();
  run.lookAgain();
  return run.results;
}

async function destroyIn(
  context: ImapContext,
  mailboxId: Id,
  here: Location[],
  effects: Effects,
): Promise<void> {
  const { wire } = await wiredMailbox(context, mailboxId);
  const gone = await context.pool.interactive(async (session) => {
    await selectFor(session, wire.path, here);
    return removeMessages(
      context,
      session,
      here.map(({ uid }) => uid),
    );
  });
  for (const location of here) gone ? effects.removed(location) : effects.hidden(location);
}
