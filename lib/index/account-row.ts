/** The row of an account in the index: its key, and the counter that makes states (gateway.md 2.3). */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { selectRows } from '@/lib/db/select-rows';
import type { IndexTables } from '@/lib/db/tables/index';
import { RequestError } from '@/lib/errors';
import type { Id, State } from '@/lib/jmap/types';

export interface AccountRow {
  key: number;
  id: Id;
  epoch: string;
  counter: number;
  details: number;
  forgotten: number;
}

/** Made when it is first asked for. */
export async function accountRow(db: Kysely<IndexTables>, id: Id): Promise<AccountRow> {
  const known = await find(db, id);
  if (known !== undefined) return known;
  await db
    .insertInto('index_account')
    .values({ id, epoch: randomBytes(6).toString('hex'), counter: 1, details: 0, forgotten: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const made = await find(db, id);
  if (made === undefined) throw new Error('The account was dropped while it was opened');
  return made;
}

async function find(db: Kysely<IndexTables>, id: Id): Promise<AccountRow | undefined> {
  const [row] = await selectRows<AccountRow>(db, 'select * from index_account where id = ?', [id]);
  return row;
}

export function stateOf({ epoch, counter }: AccountRow): State {
  return `${epoch}.${counter}`;
}

/** The counter that a client's state stands for. @throws cannotCalculateChanges */
export function sinceCounter(account: AccountRow, state: State): number {
  const [epoch, text = ''] = state.split('.');
  const counter = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (epoch !== account.epoch || !(counter <= account.counter && counter >= account.forgotten)) {
    throw new RequestError('cannotCalculateChanges', 'The state is of another epoch or too old');
  }
  return counter;
}
