/** The structure of a message that the server's BODYSTRUCTURE does not tell: from its bytes, by our own walker. */
import { fetchRows } from '@/lib/imap/fetch';
import type { ImapSession } from '@/lib/imap/session';
import type { MimePart } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';

/** Above it the tree is that of what was read; the whole message can be downloaded always (security.md S28). */
const MAX_WALKED = 8 << 20;

/** @returns null when the message is not there any more: of nothing there is no structure to be remembered (R15) */
export async function readStructureFromBytes(session: ImapSession, uid: number): Promise<MimePart | null> {
  let raw: Buffer | null = null;
  const items = { sections: [{ section: '', offset: 0, length: MAX_WALKED }] };
  await fetchRows(session, String(uid), items, (row) => {
    raw = row.sections.get('') ?? raw;
  });
  return raw && (await walkOrWhole(raw)).root;
}
