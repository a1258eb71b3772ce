/** What the end of a session means for the account. */
import { storageError } from '@/lib/db/blob-store-open';
import { AuthenticationError, CommandError, type ErrorCode, MailError } from '@/lib/errors';
import type { FeedResult } from '@/lib/pop3/feed';
import type { FeedSession } from '@/lib/source/local/feed-history';
import type { SourceStatus } from '@/lib/source/source';

/** Codes of AuthenticationError, as they stand in the history. */
const ONLY_THE_PERSON = new Set<ErrorCode>([
  'wrongPassword',
  'appPasswordNeeded',
  'protocolDisabled',
  'oauthNeeded',
]);

export function sum(a: FeedResult, b: FeedResult): FeedResult {
  return {
    fetched: a.fetched + b.fetched,
    fresh: a.fresh + b.fresh,
    bytes: a.bytes + b.bytes,
    deleted: a.deleted + b.deleted,
    refused: b.refused,
    left: b.left,
  };
}

export function mailErrorOf(error: unknown): MailError {
  const cause = storageError(error);
  return cause instanceof MailError ? cause : new MailError('serverFail', 'the feed failed', { cause });
}

/** A server that answers "later" is there: the account is not offline, it only has nothing new yet. */
export function connectionAfter(error: MailError): SourceStatus['connection'] {
  if (error instanceof AuthenticationError) return 'needsPassword';
  return error instanceof CommandError ? 'ready' : 'offline';
}

/** @param failed newest first; null: none of them did */
export function pausedStatus(failed: FeedSession[]): SourceStatus | null {
  const [last, first] = [failed[0], failed.at(-1)];
  if (!last?.code || !first) return null;
  const code = last.code as ErrorCode;
  const serverText = last.server_text === null ? {} : { serverText: last.server_text };
  return {
    connection: ONLY_THE_PERSON.has(code) ? 'needsPassword' : 'offline',
    since: first.started_at,
    error: new MailError(code, 'collecting is paused', serverText),
  };
}
