/**
 * What an outgoing server told of its limits is remembered: no more mail for now, until when nothing else of the account is tried there;
 * and how much it takes in one message.
 */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import { CommandError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import type { ServerLogin } from '@/lib/net/types';
import { type ServerTakes, takenOf } from '@/lib/smtp/server-takes';
import type { SubmitOutcome } from '@/lib/smtp/types';

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

const NOTHING_KNOWN: ServerTakes = { bytes: null, recipients: null };

export async function takesOf(db: Db, accountId: Id, server: ServerLogin): Promise<ServerTakes> {
  const row = await db
    .selectFrom('server_takes')
    .select(['bytes', 'recipients'])
    .where('account_id', '=', accountId)
    .where('server', '=', nameOf(server))
    .executeTakeFirst();
  return row ?? NOTHING_KNOWN;
}

/** @returns whether that is news */
export async function rememberTakes(
  db: Db,
  accountId: Id,
  server: ServerLogin,
  outcome: SubmitOutcome,
): Promise<boolean> {
  if (!outcome.takes) return false;
  const known = await takesOf(db, accountId, server);
  const recipients = outcome.takes.recipients ?? learnt(known, outcome);
  const { bytes } = outcome.takes;
  if (bytes === known.bytes && recipients === known.recipients) return false;
  await db
    .insertInto('server_takes')
    .values({ account_id: accountId, server: nameOf(server), bytes, recipients })
    .onConflict((conflict) => conflict.columns(['account_id', 'server']).doUpdateSet({ bytes, recipients }))
    .execute();
  return true;
}

/** One that takes more than it did is not known any more. */
function learnt({ recipients: known }: ServerTakes, { recipients: replies }: SubmitOutcome): number | null {
  const taken = takenOf(replies);
  if (taken !== null) return taken;
  const all = replies.filter(({ accepted }) => accepted).length;
  return known !== null && all > known ? null : known;
}
