/** What happened to a submission, step by step, as it is told on demand (`gatepost:timeline`, docs/jmap.md). */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import type { Id, SubmissionEvent } from '@/lib/jmap/types';
import { toUtcDate } from '@/lib/source/source';
import type { Row } from './store';

/** SQLite binds 32,766 values at most. */
const ROWS_AT_ONCE = 1_000;

export interface Happened {
  /** Epoch ms. */
  at: number;
  kind: SubmissionEvent['kind'];
  text?: string | null;
}

export async function record(
  db: Kysely<MainTables>,
  row: Pick<Row, 'account_id' | 'id'>,
  events: Happened[],
): Promise<void> {
  for (let from = 0; from < events.length; from += ROWS_AT_ONCE) {
    const values = events.slice(from, from + ROWS_AT_ONCE).map(({ at, kind, text }) => ({
      account_id: row.account_id,
      submission_id: row.id,
      at,
      kind,
      text: text ?? null,
    }));
    await db.insertInto('submission_event').values(values).execute();
  }
}

/** In the order of happening, by submission. */
export async function timelines(
  db: Kysely<MainTables>,
  accountId: Id,
  ids: Id[],
): Promise<Map<Id, SubmissionEvent[]>> {
  const told = new Map<Id, SubmissionEvent[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return told;
  const rows = await db
    .selectFrom('submission_event')
    .select(['submission_id', 'at', 'kind', 'text'])
    .where('account_id', '=', accountId)
    .where('submission_id', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
  for (const { submission_id, at, kind, text } of rows) {
    told.get(submission_id)?.push({ at: toUtcDate(at), kind, text });
  }
  return told;
}
