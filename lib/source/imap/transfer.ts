/** COPY and MOVE of a batch from one mailbox to another, and where each message is afterwards. */
import { ConnectionError } from '@/lib/errors';
import { type Copied, copyMessages, moveMessages } from '@/lib/imap/change';
import { select } from '@/lib/imap/select';
import type { ImapSession } from '@/lib/imap/session';
import { uidSets } from '@/lib/imap/uid-set';
import type { EmailRow, Location } from '@/lib/index/types';

import { type ImapContext, type WiredMailbox, wiredMailbox } from './context';
import type { Effects } from './effects';
import { selectFor } from './locate';
import { removeMessages } from './remove';
import { readEmails } from './rows';
import type { TransferStep } from './update-plan';

/** Messages by others that may have arrived among ours. */
const STRANGERS = 20;

export async function transfer(
  context: ImapContext,
  step: TransferStep,
  keep: boolean,
  effects: Effects,
): Promise<void> {
  const [from, to] = await Promise.all([wiredMailbox(context, step.from), wiredMailbox(context, step.to)]);
  let copying = false;
  await context.pool.interactive((session) => {
    // A MOVE that is sent again finds nothing more to move; a COPY would copy once more (security.md R17).
    if (copying) throw new ConnectionError('connectionLost', 'the answer to COPY was lost');
    copying = keep || !session.has('MOVE');
    return run(context, session, step, keep, from, to, effects);
  });
}

async function run(
  context: ImapContext,
  session: ImapSession,
  step: TransferStep,
  keep: boolean,
  from: WiredMailbox,
  to: WiredMailbox,
  effects: Effects,
): Promise<void> {
  await selectFor(session, from.wire.path, step.locations);
  const atomic = !keep && session.has('MOVE');
  const unknown: Location[] = [];
  for (const { set, uids } of uidSets(step.locations.map(({ uid }) => uid))) {
    const batch = step.locations.filter(({ uid }) => uids.includes(uid));
    const copied = atomic
      ? await moveMessages(session, set, to.wire.path)
      : await copyMessages(session, set, to.wire.path);
    unknown.push(...arrived(batch, to, copied, effects));
    if (keep) continue;
    const gone = atomic || (await removeMessages(session, uids));
    for (const location of batch) gone ? effects.removed(location) : effects.hidden(location);
  }
  if (unknown.length > 0) await findArrivals(context, session, unknown, to, effects);
}

/** @returns those of which the server did not say where they are */
function arrived(batch: Location[], to: WiredMailbox, copied: Copied | null, effects: Effects): Location[] {
  const sameMailbox = to.wire.uidValidity === 0 || to.wire.uidValidity === copied?.uidValidity;
  return batch.filter(({ emailId, uid }) => {
    const target = sameMailbox ? copied?.uids.get(uid) : undefined;
    if (copied && target) effects.added(emailId, to.id, copied.uidValidity, target);
    return !target;
  });
}

/** The newest messages of the target, matched by the server's own id or by Message-ID and size. */
async function findArrivals(
  context: ImapContext,
  session: ImapSession,
  sent: Location[],
  to: WiredMailbox,
  effects: Effects,
): Promise<void> {
  const selected = await select(session, to.wire.path, true);
  if (selected.exists === 0) return;
  const first = Math.max(1, selected.exists - sent.length - STRANGERS + 1);
  const range = { set: `${first}:${selected.exists}`, bySequence: true };
  const candidates = (await readEmails(context, session, selected, to.id, range)).reverse();
  for (const { emailId } of sent) {
    const row = effects.rows.get(emailId);
    const at = candidates.findIndex((email) => email.id === emailId || (row && isSame(row, email)));
    const [found] = at < 0 ? [] : candidates.splice(at, 1);
    if (found?.location.uid) effects.added(emailId, to.id, selected.uidValidity, found.location.uid);
  }
}

function isSame(row: EmailRow, email: { headers: EmailRow['headers']; size: number }): boolean {
  const [a, b] = [row.headers?.messageId?.[0], email.headers?.messageId?.[0]];
  return a !== undefined && a === b && row.size === email.size;
}
