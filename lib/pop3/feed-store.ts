/** What a POP3 feed needs of the place that it delivers to; lib/source/local gives it. No POP3 in here but UIDLs. */
import type { Readable } from 'node:stream';

/** A message of the maildrop as it is known before it is fetched. */
export interface Listing {
  /** The server's unique id, or what stands in for it (maildrop.ts). */
  uidl: string;
  size: number;
  /** Its identity is in doubt: it is fetched, never deleted there. */
  keep: boolean;
}

export interface LedgerEntry {
  /** `listed`: headers only, never deletable. `skipped`: left out by the first session, not fetched. */
  state: 'seen' | 'skipped' | 'listed' | 'stored' | 'delete-due' | 'deleted';
  size: number;
  firstSeen: number;
  keep: boolean;
}

export interface StoredBytes {
  sha256: string;
  size: number;
}

export interface Fetched {
  listing: Listing;
  /** Large messages are durable already, only without a row. */
  content: Buffer | StoredBytes;
  /** `content` is the header block; the rest is fetched when somebody opens the message. */
  headerOnly: boolean;
  /** It lay in the maildrop before the account was here: no news, whatever its date. */
  isOld: boolean;
}

/** A message of the maildrop by its header block. */
export interface Top {
  listing: Listing;
  header: Buffer;
}

export interface FeedStore {
  entries(): Promise<Map<string, LedgerEntry>>;
  /** First sight, in one commit. Known ones are left as they are. */
  seen(wanted: Listing[], skipped: Listing[]): Promise<void>;
  /** Which of these are here under names that the server no longer has; noted under their new ones, durably. Only where that is certain. */
  adopt(tops: Top[], present: ReadonlySet<string>): Promise<Set<string>>;
  /** Bytes of a message too large for memory; durable when it resolves. */
  storeBytes(bytes: Readable): Promise<StoredBytes>;
  /**
   * Bytes, index rows and ledger of all of them in one commit, durable when it resolves (security.md I10). The same
   * bytes under another UIDL that is no longer among `present` are the same message, renumbered: not delivered again.
   * May be called again before it resolves: groups are read side by side, and committed in the order of the calls.
   * @returns how many of them were not here before, under any UIDL
   */
  store(messages: Fetched[], present: ReadonlySet<string>): Promise<number>;
  /** Which of these are stored, with all their bytes. */
  verified(uidls: string[]): Promise<Set<string>>;
  /** Which of these the user has removed here in a way that is to be followed on the server. */
  removedHere(uidls: string[]): Promise<Set<string>>;
  setState(uidls: string[], state: 'seen' | 'delete-due' | 'deleted'): Promise<void>;
  /** All of a message of which only the headers are here; durable when it resolves. */
  complete(listing: Listing, content: Fetched['content']): Promise<void>;
}
