/**
 * Email/queryChanges (RFC 8620 §5.6) from what changed since: every Email that changed, or whose Thread did where that
 * matters, is told as removed if it may have been there, and as added where it is now. Nothing else can have moved.
 */
import { RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { AccountRow } from './account-row';
import { isOneOf, type Sql } from './bulk';
import { idsOf, type Plan, sinceQuery } from './query';
import type { QueryChanges } from './types';

/** Beyond, reading the list again is cheaper for everybody. */
const MAX_CANDIDATES = 5000;

interface Candidate {
  key: number;
  id: Id;
  thread: number;
  created_at: number | null;
}

export async function runQueryChanges(
  context: Sql,
  account: AccountRow,
  made: Plan,
  sinceState: string,
  maxChanges: number | null,
): Promise<QueryChanges> {
  const { list, queryState } = made;
  if (!made.canCalculateChanges) throw tooFar('The results of a text search are not followed');
  const since = sinceQuery(account, queryState, sinceState);
  const total = await list.total();
  const result: QueryChanges = {
    oldQueryState: sinceState,
    newQueryState: queryState,
    total,
    removed: [],
    added: [],
  };
  if (since === account.counter) return result;
  const gone = await destroyedSince(context, account, since);
  const changed = await changedSince(context, account, since);
  const candidates = made.byThread
    ? await withThreads(
        context,
        changed,
        gone.map(({ thread }) => thread),
      )
    : changed;
  if (candidates.length + gone.length > MAX_CANDIDATES) throw tooFar('Too much changed');
  const before = candidates.filter(({ created_at }) => created_at !== null && created_at <= since);
  result.removed = [...new Set([...gone.map(({ id }) => id), ...before.map(({ id }) => id)])];
  const positions = await list.positions(candidates.map(({ key }) => key));
  const inOrder = [...positions].sort(([, a], [, b]) => a - b);
  const ids = await idsOf(
    context,
    inOrder.map(([key]) => key),
  );
  result.added = inOrder.flatMap(([, index], at) => {
    const id = ids[at];
    return id === undefined ? [] : [{ id, index }];
  });
  if (maxChanges !== null && result.removed.length + result.added.length > maxChanges) {
    throw tooFar('More changes than were asked for');
  }
  return result;
}

function changedSince({ db }: Sql, account: AccountRow, since: number): Promise<Candidate[]> {
  return db
    .selectFrom('email')
    .select(['key', 'id', 'thread', 'created_at'])
    .where('account', '=', account.key)
    .where('created_at', '>', since)
    .union((union) =>
      union
        .selectFrom('email')
        .select(['key', 'id', 'thread', 'created_at'])
        .where('account', '=', account.key)
        .where('updated_at', '>', since),
    )
    .limit(MAX_CANDIDATES + 1)
    .execute();
}

/** Also those that came back since: they may have been in the old results. */
function destroyedSince({ db }: Sql, account: AccountRow, since: number) {
  return db
    .selectFrom('tombstone')
    .select(['id', 'thread'])
    .where('account', '=', account.key)
    .where('type', '=', 'Email')
    .where('destroyed_at', '>', since)
    .where('created_at', '<=', since)
    .limit(MAX_CANDIDATES + 1)
    .execute();
}

async function withThreads(
  { db, dialect }: Sql,
  changed: Candidate[],
  lost: (number | null)[],
): Promise<Candidate[]> {
  const threads = new Set(changed.map(({ thread }) => thread));
  for (const thread of lost) if (thread !== null) threads.add(thread);
  return db
    .selectFrom('email')
    .select(['key', 'id', 'thread', 'created_at'])
    .where(isOneOf(dialect, 'thread', [...threads]))
    .limit(MAX_CANDIDATES + 1)
    .execute();
}

function tooFar(message: string): RequestError {
  return new RequestError('cannotCalculateChanges', message);
}
