/**
 * Small messages are deflated once they have stayed for an hour: on its way in each would take 35 to 70 microseconds of the
 * one thread that imports thousands a second.
 */
import type { Kysely } from 'kysely';
import { shrink, WORTH } from './pack';
import type { FeedTables } from './tables/feed';

/** In one short transaction. */
const PAGE = 50;

/** @param before what was put since is left for the next time */
export async function shrinkSmall(db: Kysely<FeedTables>, before: number): Promise<void> {
  for (let after = ''; ; ) {
    const page = await db
      .selectFrom('blob')
      .select(['sha256', 'data'])
      .where('sha256', '>', after)
      .where('packed', '=', 0)
      .where('size', '<', WORTH)
      .where('touched_at', '<', before)
      .orderBy('sha256')
      .limit(PAGE)
      .execute();
    const last = page.at(-1);
    if (!last) return;
    after = last.sha256;
    await db.transaction().execute(async (transaction) => {
      for (const { sha256, data } of page) {
        if (data === null) continue;
        const change = transaction.updateTable('blob').set(shrink(data));
        await change.where('sha256', '=', sha256).where('packed', '=', 0).execute();
      }
    });
  }
}
