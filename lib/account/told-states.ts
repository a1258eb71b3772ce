/**
 * States of what only the mail server keeps (RFC 8620 §7.1): it is asked for them, so nobody hears of a change but from whoever
 * makes it or comes upon it. The last ones are kept: who comes back to an event stream is told by them.
 */
import type { Kysely } from 'kysely';
import type { JmapTables } from '@/lib/db/tables/jmap';
import type { Id, State, TypeName } from '@/lib/jmap/types';
import type { Hub } from './hub';
import type { AccountRecord } from './record';

export type ToldType = Extract<TypeName, 'VacationResponse' | 'SieveScript' | 'Quota'>;

export class ToldStates {
  readonly #db: Kysely<JmapTables>;
  readonly #hub: Hub;

  constructor(db: Kysely<JmapTables>, hub: Hub) {
    this.#db = db;
    this.#hub = hub;
  }

  /** This is how it stands now. */
  async tell(
    { userId, id }: Pick<AccountRecord, 'userId' | 'id'>,
    type: ToldType,
    state: State,
  ): Promise<void> {
    const known = await this.of(id);
    if (known[type] === state) return;
    await this.#db
      .insertInto('told_state')
      .values({ account_id: id, type, state })
      .onConflict((conflict) => conflict.columns(['account_id', 'type']).doUpdateSet({ state }))
      .execute();
    this.#hub.publish(userId, id, { [type]: state });
  }

  async of(accountId: Id): Promise<Partial<Record<ToldType, State>>> {
    const rows = await this.#db
      .selectFrom('told_state')
      .select(['type', 'state'])
      .where('account_id', '=', accountId)
      .execute();
    return Object.fromEntries(rows.map(({ type, state }) => [type, state]));
  }
}
