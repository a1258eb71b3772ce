/** What an outgoing server said of no more mail for now is remembered: until then nothing else of the account is tried there. */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import { CommandError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { ServerLogin } from '@/lib/net/types';

type Db = Kysely<MainTables>;

const nameOf = ({ user, host, port }: ServerLogin) => `${user} ${host}:${port}`;

export async function rememberLimit(
  db: Db,
  accountId: Id,
  server: ServerLogin,
  until: number,
): Promise<void> {
  const row = { account_id: accountId, server: nameOf(server), until_at: until };
  await db
    .insertInto('sending_limit')
    .values(row)
    .onConflict((conflict) => conflict.columns(['account_id', 'server']).doUpdateSet({ until_at: until }))
    .execute();
}

/** @throws sendingLimit, without words of the server: it was not asked */
export async function checkLimit(db: Db, accountId: Id, server: ServerLogin, now: number): Promise<void> {
  const row = await db
    .selectFrom('sending_limit')
    .select('until_at')
    .where('account_id', '=', accountId)
    .where('server', '=', nameOf(server))
    .where('until_at', '>', now)
    .executeTakeFirst();
  if (!row) return;
  const params = { host: server.host, seconds: Math.ceil((row.until_at - now) / 1000) };
  throw new CommandError('sendingLimit', 'the server takes no more for now', { params });
}

/** The user tries all the same. */
export async function forgetLimits(db: Db, accountId: Id): Promise<void> {
  await db.deleteFrom('sending_limit').where('account_id', '=', accountId).execute();
}
