/** The copy in Sent: a step of its own, repeated for a day, never the reason for a second sending (security.md I6). */
import { readSharedNow } from '@/lib/db/shared-clock';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { AttemptDeps } from './attempt';
import { claimFiling, LEASE_MS, renewFiling } from './claim';
import { move, type Row } from './store';
import { record } from './timeline';

/** A worker that died is replaced after as long as one that sends. */
const RETRY_AFTER_DEATH = LEASE_MS;
const RETRY_MS = 5 * 60_000;
const GIVE_UP_AFTER = 24 * 60 * 60_000;
export const FILED = -1;

/** A sent mail whose copy waits to be filed, of an account that is not `busy`. */
export async function claimCopy(deps: AttemptDeps, busy: Id[]): Promise<Row | null> {
  const now = await readSharedNow(deps.db);
  return claimFiling(deps.db, now, now + RETRY_AFTER_DEATH, busy);
}

/** An APPEND may take longer than a lease: without its renewal another process would file the copy a second time. */
function held({ db }: AttemptDeps, { id, file_at }: Row): NodeJS.Timeout {
  let until = file_at;
  const renew = async () => {
    const next = (await readSharedNow(db)) + RETRY_AFTER_DEATH;
    if (await renewFiling(db, id, until, next)) until = next;
  };
  const failed = (error: unknown) => log.warn('submission.file-lease', { id, ...errorFields(error) });
  return setInterval(() => void renew().catch(failed), RETRY_AFTER_DEATH / 3);
}

export async function fileCopy(deps: AttemptDeps, row: Row): Promise<void> {
  const renewing = held(deps, row);
  try {
    const copy = await deps.blobs.read(row.copy_sha256);
    const emailId = await deps.host.fileSent(row.account_id, {
      identityId: row.identity_id,
      emailId: row.email_id,
      raw: copy,
      sentAt: row.send_at,
    });
    clearInterval(renewing);
    await move(deps.db, row, {}, { file_at: FILED, email_id: emailId });
    await record(deps.db, row, [{ at: Date.now(), kind: 'filed' }]);
  } catch (error) {
    clearInterval(renewing);
    log.warn('submission.file', { id: row.id, ...errorFields(error) });
    const now = Date.now();
    await move(deps.db, row, {}, { file_at: now - row.send_at > GIVE_UP_AFTER ? FILED : now + RETRY_MS });
  }
  deps.host.changed(row.account_id);
}
