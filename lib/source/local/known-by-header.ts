/** Which messages of a maildrop are here under names that its server no longer has, told by their header blocks. */
import type { BlobStore } from '@/lib/db/blob-store';
import { RequestError } from '@/lib/errors';
import type { Top } from '@/lib/pop3/feed-store';
import { collect } from '@/lib/source/local/bodies';
import type { KeptContent, StoredMessage } from '@/lib/source/local/ledger';

/** Of one size: where there are more, fetching them costs less than comparing each with each. */
const MOST_ALIKE = 20;
const CRLF = Buffer.from('\r\n');
const MESSAGE_ID = /^message-id:/im;

/** Ending in an empty line, as in the message: servers differ in what they end TOP with. */
export function headerBlock(top: Buffer): Buffer {
  const end = top.indexOf('\r\n\r\n');
  if (end >= 0) return top.subarray(0, end + 4);
  return Buffer.concat([top, Buffer.from(top.subarray(-2).equals(CRLF) ? '\r\n' : '\r\n\r\n')]);
}

/** Of equal size, with each byte of the header, and the only one of that kind. @param kept of the sizes of these */
export async function knownByHeader(
  tops: Top[],
  kept: KeptContent[],
  present: ReadonlySet<string>,
  blobs: BlobStore,
): Promise<StoredMessage[]> {
  // Under a name that is on the server still, or by one of these.
  const taken = new Set(kept.filter(({ uidl }) => present.has(uidl)).map(({ email_id }) => email_id));
  const known: StoredMessage[] = [];
  for (const { listing, header } of tops) {
    const block = headerBlock(header);
    if (!MESSAGE_ID.test(block.toString('latin1'))) continue;
    const sized = kept.filter(({ size, email_id }) => size === listing.size && !taken.has(email_id));
    if (sized.length > MOST_ALIKE) continue;
    const alike: KeptContent[] = [];
    for (const row of sized) if (await begins(blobs, row.sha256, block)) alike.push(row);
    const [only] = alike;
    if (!only || alike.length > 1) continue;
    taken.add(only.email_id);
    known.push({ listing, sha256: only.sha256, emailId: only.email_id, state: 'stored' });
  }
  return known;
}

async function begins(blobs: BlobStore, sha256: string, block: Buffer): Promise<boolean> {
  try {
    return block.equals(await collect(await blobs.open(sha256, { offset: 0, length: block.length })));
  } catch (error) {
    // Bytes that are lost here are fetched.
    if (error instanceof RequestError && error.code === 'blobNotFound') return false;
    throw error;
  }
}
