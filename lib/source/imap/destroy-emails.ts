/** Emails out of every mailbox, for ever. */
import { CommandError, RequestError } from '@/lib/errors';
import { moveMessages } from '@/lib/imap/change';
import { uidSearch } from '@/lib/imap/search';
import { select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import { slices } from '@/lib/index/collect';
import { gmailMessageOf } from '@/lib/index/ids';
import type { Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { type ImapContext, wiredMailbox } from './context';
import { Effects } from './effects';
import { anyMessage } from './gmail';
import { groupBy, selectFor } from './locate';
import { removeMessages } from './remove';
import { type Results, Run, removeFrom } from './update-emails';
import type { Done, RemoveStep } from './update-plan';

/** Of one SEARCH: its line stays below what servers take. */
const NAMES_AT_ONCE = 50;

export async function destroyEmails(context: ImapContext, ids: Id[]): Promise<Results> {
  const all = await context.index.locations(ids);
  const locations = groupBy(all, ({ emailId }) => emailId);
  const missing = ids.filter((id) => !locations.has(id));
  const refused = new Map(missing.map((id) => [id, new RequestError('notFound', 'no such email')]));
  const run = new Run(context, ids, refused);
  const effects = new Effects(context, new Map(), locations);
  for (const [mailboxId, here] of groupBy(all, (location) => location.mailboxId)) {
    await run.step(here, (rest, done) => destroyIn(context, { mailboxId, locations: rest, done }, effects));
  }
  await effects.write();
  run.lookAgain();
  return run.results;
}

async function destroyIn(
  context: ImapContext,
  step: RemoveStep & { done: Done },
  effects: Effects,
): Promise<void> {
  const { locations } = step;
  const { wire, role } = await wiredMailbox(context, step.mailboxId);
  const kept = role !== 'trash' && role !== 'junk';
  const isGmail = await context.pool.interactive(async (session) => session.has('X-GM-EXT-1'));
  if (!kept || !isGmail) return removeFrom(context, step, effects);
  const gone = await context.pool.interactive(async (session) => {
    await selectFor(session, wire.path, locations);
    return destroyAtGmail(context, session, locations);
  });
  const uids = locations.map(({ uid }) => uid);
  effects.left(locations, uids, gone);
}

/**
 * Expunging takes a label off there and archives; only what is in the trash is deleted (gateway.md pitfall 11). When the
 * connection breaks in between it is run again: what the trash holds is asked for by its name, not by the answer that was lost.
 */
async function destroyAtGmail(
  context: ImapContext,
  session: ImapSession,
  here: Location[],
): Promise<boolean> {
  const trash = (await context.index.mailboxes()).find(({ role }) => role === 'trash')?.wire?.path;
  if (trash === undefined) throw new CommandError('commandFailed', 'Gmail shows no trash over IMAP');
  // One of several labels took the message along already: then nothing is moved.
  for (const { set } of uidSets(here.map(({ uid }) => uid))) await moveMessages(session, set, trash);
  await select(session, trash, true);
  const names = here.flatMap(({ emailId }) => gmailMessageOf(emailId) ?? []);
  const thrown: number[] = [];
  for (const some of slices(names, NAMES_AT_ONCE))
    thrown.push(...(await uidSearch(session, anyMessage(some))));
  return thrown.length === 0 || removeMessages(context, session, thrown);
}
