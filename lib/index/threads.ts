/** Rows of Threads by their ids. */
import { insertRows, type Value } from '@/lib/db/insert-rows';
import type { Id } from '@/lib/jmap/types';
import type { Batch } from './batch';
import { isOneOf } from './bulk';
import { newKeys } from './keys';

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
  const fresh = ids.filter((id) => !keys.has(id));
  const made = await newKeys(batch, 'thread', fresh.length);
  const rows = fresh.map((id, index): Value[] => {
    const key = made[index] ?? 0;
    keys.set(id, key);
    return [key, batch.account, id, visible.get(id) ? batch.next('Thread') : null];
  });
  await insertRows(batch.db, 'thread', ['key', 'account', 'id', 'created_at'], rows);
  return keys;
}
