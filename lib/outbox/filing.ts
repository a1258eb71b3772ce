/** The copy in Sent: a step of its own, repeated for a day, never the reason for a second sending (security.md I6). */
import { errorFields, log } from '@/lib/log';
import type { AttemptDeps } from './attempt';
import { claimFiling } from './claim';
import { move, type Row } from './store';

const RETRY_MS = 5 * 60_000;
const GIVE_UP_AFTER = 24 * 60 * 60_000;
const DONE = -1;

/** @returns false when no copy is waiting to be filed */
export async function fileOne(deps: AttemptDeps): Promise<boolean> {
  const now = Date.now();
  const row = await claimFiling(deps.db, now, () => now + RETRY_MS);
  if (!row) return false;
  try {
    const copy = await deps.blobs.read(row.copy_sha256);
    const emailId = await deps.host.fileSent(row.account_id, row.email_id, copy, row.send_at);
    await move(deps.db, row, {}, { file_at: DONE, email_id: emailId });
  } catch (error) {
    log.warn('submission.file', { id: row.id, ...errorFields(error) });
    if (isHopeless(row, now)) await move(deps.db, row, {}, { file_at: DONE });
  }
  deps.host.changed(row.account_id);
  return true;
}

function isHopeless(row: Row, now: number): boolean {
  return now - row.send_at > GIVE_UP_AFTER + RETRY_MS;
}
