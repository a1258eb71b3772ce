/** Rows of Threads by their ids. */
import type { Id } from '@/lib/jmap/types';
import type { Batch } from './batch';
import { insertRows, isOneOf } from './bulk';

/** Known Threads are marked for settling; new ones are made, in the state they will have. */
export async function threadKeys(
  batch: Batch,
  wanted: { id: Id; visible: boolean }[],
): Promise<Map<Id, number>> {
  const visible = new Map<Id, boolean>();
  for (const thread of wanted) visible.set(thread.id, thread.visible || (visible.get(thread.id) ?? false));
  const ids = [...visible.keys()];
  const known = await batch.db
    .selectFrom('thread')
    .select(['id', 'key'])
    .where('account', '=', batch.account)
    .where(isOneOf(batch.dialect, 'id', ids))
    .execute();
  const keys = new Map(known.map(({ id, key }) => [id, key]));
  for (const [id, key] of keys) if (visible.get(id)) batch.dirtyThreads.add(key);
  const made = await insertRows<{ id: Id; key: number }>(
    batch,
    'thread',
    ['account', 'id', 'created_at'],
    ids
      .filter((id) => !keys.has(id))
      .map((id) => [batch.account, id, visible.get(id) ? batch.next('Thread') : null]),
    'returning id, key',
  );
  for (const { id, key } of made) keys.set(id, key);
  return keys;
}
