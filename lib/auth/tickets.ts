/** A checked sign-in on its way to its session: the mail server is asked once, and next-auth only hands out the cookie. */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';
import { hashOf } from './app-passwords';

const GOOD_FOR_MS = 2 * 60_000;

type Db = Kysely<MainTables>;

export async function createTicket(db: Db, accountId: string): Promise<string> {
  const ticket = randomBytes(32).toString('base64url');
  const now = Date.now();
  await db.deleteFrom('sign_in_ticket').where('expires_at', '<', now).execute();
  await db
    .insertInto('sign_in_ticket')
    .values({ hash: hashOf(ticket), account_id: accountId, expires_at: now + GOOD_FOR_MS })
    .execute();
  return ticket;
}

/** The account; null when the ticket was used, is too old or was never given. */
export async function redeemTicket(db: Db, ticket: string): Promise<string | null> {
  const row = await db
    .deleteFrom('sign_in_ticket')
    .where('hash', '=', hashOf(ticket))
    .where('expires_at', '>=', Date.now())
    .returning('account_id')
    .executeTakeFirst();
  return row?.account_id ?? null;
}
