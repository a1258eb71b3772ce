/** What the server does not tell of a message, or tells wrong: from its bytes, by our own walker. */
import { fetchRows } from '@/lib/imap/fetch';
import type { ImapSession } from '@/lib/imap/session';
import type { MimePart } from '@/lib/mime/types';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';

/** Above it the tree is that of what was read; the whole message can be downloaded always (security.md S28). */
const MAX_WALKED = 8 << 20;

/** @returns null when the message is not there any more: of nothing there is no structure to be remembered (R15) */
export async function readStructureFromBytes(session: ImapSession, uid: number): Promise<MimePart | null> {
  const raw = await readBytes(session, uid);
  return raw && (await walkOrWhole(raw)).root;
}

/** A part that the server does not give (gateway.md pitfall 5). @returns null when it is not found, or the message is too large */
export async function readPartFromBytes(
  session: ImapSession,
  uid: number,
  path: string,
): Promise<Buffer | null> {
  const raw = await readBytes(session, uid);
  if (!raw || raw.length >= MAX_WALKED) return null;
  const span = (await walkOrWhole(raw)).spans.get(path);
  return span ? raw.subarray(span.bodyStart, span.end) : null;
}

async function readBytes(session: ImapSession, uid: number): Promise<Buffer | null> {
  let raw: Buffer | null = null;
  const items = { sections: [{ section: '', offset: 0, length: MAX_WALKED }] };
  await fetchRows(session, String(uid), items, (row) => {
    raw = row.sections.get('') ?? raw;
  });
  return raw;
}
