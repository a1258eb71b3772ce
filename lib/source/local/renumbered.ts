/** Messages of a maildrop whose bytes are here already. */
import type { SmallBlob } from '@/lib/db/blob-store-rows';
import type { Fetched } from '@/lib/pop3/feed-store';
import type { LedgerContent, StoredMessage } from '@/lib/source/local/ledger';

export type Hashed = Fetched & { sha256: string };

export interface Copy extends StoredMessage {
  /** The server was told to delete it, and did not. */
  wasDeleted: boolean;
}

/**
 * The same UIDL again (another size told, or deleted and listed again), or a UIDL
 * in place of one that vanished (the server was moved and numbers anew). Two that are on the server at once are two.
 */
export function renumbered(
  messages: Hashed[],
  rows: LedgerContent[],
  present: ReadonlySet<string>,
): Map<string, Copy> {
  const known = new Map<string, Copy>();
  const taken = new Set<string>();
  for (const { listing, sha256, headerOnly } of messages) {
    const alike = rows.filter(
      (row) => row.sha256 === sha256 && row.email_id !== null && !taken.has(row.uidl),
    );
    const row =
      alike.find(({ uidl }) => uidl === listing.uidl) ?? alike.find(({ uidl }) => !present.has(uidl));
    if (!row?.email_id) continue;
    taken.add(row.uidl);
    const wasDeleted = row.uidl === listing.uidl && row.state === 'deleted';
    const state = headerOnly ? 'listed' : 'stored';
    known.set(listing.uidl, { listing, sha256, emailId: row.email_id, state, wasDeleted });
  }
  return known;
}

/** Bytes that should be here already: of a message damaged here and fetched anew (blob-store-verify.ts) they are not. */
export function again(messages: Hashed[], known: Map<string, Copy>): SmallBlob[] {
  return messages.flatMap(({ listing, content, sha256 }) =>
    known.has(listing.uidl) && Buffer.isBuffer(content) ? [{ sha256, data: content }] : [],
  );
}
