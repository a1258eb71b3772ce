/** What the client cannot know of an Email that was appended (RFC 8621 §4.6). */
import type { Account } from '@/lib/account/account';
import { rawBlobId } from '@/lib/account/blob-id';
import type { Id } from '@/lib/jmap/types';

/** @param email as it was appended: in memory, or only its size */
export async function created(account: Account, id: Id, email: { raw: Buffer } | { size: number }) {
  if ('raw' in email) account.keepRaw(id, email.raw);
  const size = 'raw' in email ? email.raw.length : email.size;
  const [row] = await account.index.emails([id]);
  return { id, blobId: rawBlobId(id), threadId: row?.threadId ?? id, size: row?.size ?? size };
}
