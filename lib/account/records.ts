/** Accounts as rows of `gatepost.db`: who owns them, where they connect, and their sealed passwords. */
import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Config } from '@/lib/config';
import { keyIdOf, seal, unseal } from '@/lib/db/seal';
import { selectRows } from '@/lib/db/select-rows';
import type { MainTables } from '@/lib/db/tables';
import type { AccountTable } from '@/lib/db/tables/control';
import { AuthenticationError, MailError, RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { Secret, ServerLogin } from '@/lib/net/types';
import type { AccountKind, AccountRecord } from './record';
import { accountSettings, mergeAccountSettings } from './settings';

type Db = Kysely<MainTables>;
type Keys = Pick<Config, 'secretKeys'>;

export interface NewAccount {
  userId: string;
  address: string;
  name?: string;
  kind: AccountKind;
  incoming: ServerLogin | null;
  outgoing: ServerLogin | null;
  password: string;
  /** Its servers may sign the user in (design decision 8). */
  signIn: boolean;
}

export interface AccountChange {
  name?: string;
  settings?: unknown;
  incoming?: ServerLogin;
  outgoing?: ServerLogin;
  password?: string;
  signIn?: boolean;
}

/** Ids are JMAP Ids that start with a letter: RFC 8620 §1.2 advises so. */
const newId = (): Id => `a${randomBytes(10).toString('hex')}`;

/**
 * Who signs in: the server and the login there, never an address alone. The local part keeps its case, because servers may
 * tell `Anna` from `anna`; a domain has none.
 */
export function signInKey({ host, port, user }: ServerLogin): string {
  const at = user.lastIndexOf('@');
  const login = at < 0 ? user : user.slice(0, at) + user.slice(at).toLowerCase();
  return `${host.toLowerCase()}:${port}:${login}`;
}

/** @throws notFound */
export async function getAccount(db: Db, id: Id): Promise<AccountRecord> {
  const [row] = await selectRows<Selectable<AccountTable>>(db, 'select * from account where id = ?', [id]);
  if (!row) throw new RequestError('notFound', 'there is no such account');
  return recordOf(row);
}

/** The same answer for an account of somebody else as for none (security.md S19). @throws notFound */
export async function getOwnAccount(db: Db, userId: string, id: Id): Promise<AccountRecord> {
  const record = await getAccount(db, id);
  if (record.userId !== userId) throw new RequestError('notFound', 'there is no such account');
  return record;
}

/** In the user's order. */
export async function listAccounts(db: Db, userId: string): Promise<AccountRecord[]> {
  const rows = await selectRows<Selectable<AccountTable>>(
    db,
    'select * from account where user_id = ? order by position, created_at',
    [userId],
  );
  return rows.map(recordOf);
}

/** All accounts of one kind, of all users: what the feeds' timer works on. */
export async function accountsOfKind(db: Db, kind: AccountKind): Promise<AccountRecord[]> {
  const rows = await db.selectFrom('account').selectAll().where('kind', '=', kind).execute();
  return rows.map(recordOf);
}

/** null: nobody signs in with it. */
export async function accountBySignIn(db: Db, incoming: ServerLogin): Promise<AccountRecord | null> {
  const row = await db
    .selectFrom('account')
    .selectAll()
    .where('sign_in_key', '=', signInKey(incoming))
    .executeTakeFirst();
  return row ? recordOf(row) : null;
}

export async function isSignIn(db: Db, id: Id): Promise<boolean> {
  const row = await db.selectFrom('account').select('sign_in_key').where('id', '=', id).executeTakeFirst();
  return row !== undefined && row.sign_in_key !== null;
}

/** @throws alreadyExists when the user has this login there already */
export async function createAccount(db: Db, config: Keys, account: NewAccount): Promise<AccountRecord> {
  const { userId, address, kind, incoming, outgoing } = account;
  const existing = await listAccounts(db, userId);
  if (incoming && existing.some((one) => one.incoming && signInKey(one.incoming) === signInKey(incoming))) {
    throw new RequestError('alreadyExists', 'this account is there already', { params: { address } });
  }
  const row: Selectable<AccountTable> = {
    id: newId(),
    user_id: userId,
    address,
    name: account.name ?? address,
    kind,
    incoming: incoming && JSON.stringify(incoming),
    outgoing: outgoing && JSON.stringify(outgoing),
    settings: '{}',
    position: Math.max(-1, ...existing.map((one) => one.position)) + 1,
    sign_in_key: account.signIn && incoming ? signInKey(incoming) : null,
    created_at: Date.now(),
  };
  await db.transaction().execute(async (transaction) => {
    await transaction.insertInto('account').values(row).execute();
    await setPassword(transaction, config, row.id, account.password);
  });
  return recordOf(row);
}

/** @throws notFound, invalidArguments, alreadyExists when somebody signs in with that login already */
export async function updateAccount(
  db: Db,
  config: Keys,
  id: Id,
  change: AccountChange,
): Promise<AccountRecord> {
  await db.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new RequestError('notFound', 'there is no such account');
    const incoming = change.incoming ?? serverOf(row.incoming);
    const signsIn = (change.signIn ?? row.sign_in_key !== null) && incoming !== null;
    const sign_in_key = signsIn ? signInKey(incoming) : null;
    if (sign_in_key) await refuseTaken(transaction, id, sign_in_key);
    await transaction
      .updateTable('account')
      .set({
        name: change.name ?? row.name,
        settings:
          change.settings === undefined ? row.settings : mergeAccountSettings(row.settings, change.settings),
        incoming: incoming && JSON.stringify(incoming),
        outgoing: change.outgoing ? JSON.stringify(change.outgoing) : row.outgoing,
        sign_in_key,
      })
      .where('id', '=', id)
      .execute();
    if (change.password !== undefined) await setPassword(transaction, config, id, change.password);
  });
  return getAccount(db, id);
}

/** Puts the account at this place of the user's order. */
export async function moveAccount(db: Db, userId: string, id: Id, position: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const ids = (await listAccounts(transaction, userId))
      .map((account) => account.id)
      .filter((other) => other !== id);
    ids.splice(position, 0, id);
    for (const [place, each] of ids.entries()) {
      await transaction.updateTable('account').set({ position: place }).where('id', '=', each).execute();
    }
  });
}

/** The row and its password; what other tables keep of it is theirs to remove. */
export async function deleteAccount(db: Db, id: Id): Promise<void> {
  await db.deleteFrom('account').where('id', '=', id).execute();
}

/** @throws notFound; wrongPassword when the key that sealed it is lost: the person has to type it again */
export async function secretOf(db: Db, config: Keys, id: Id): Promise<Secret> {
  const row = await db
    .selectFrom('credential')
    .select('sealed')
    .where('account_id', '=', id)
    .executeTakeFirst();
  if (!row) throw new RequestError('notFound', 'there is no such account');
  try {
    return { password: unseal(config.secretKeys, id, row.sealed) };
  } catch (cause) {
    log.error('credential.does-not-open', { accountId: id, ...errorFields(cause) });
    throw new AuthenticationError('wrongPassword', 'the stored password does not open', { cause });
  }
}

/** After a change of SECRET_KEY: seals anew what older keys sealed, while everything runs. Returns how many. */
export async function resealCredentials(db: Db, config: Keys): Promise<number> {
  const current = config.secretKeys[0]?.id ?? '';
  const rows = await db.selectFrom('credential').selectAll().where('key_id', '!=', current).execute();
  let count = 0;
  for (const { account_id, sealed } of rows) {
    const { password } = await secretOf(db, config, account_id).catch(skipped);
    if (password === undefined) continue;
    const fresh = seal(config.secretKeys, account_id, password);
    // Only if nobody stored a new password meanwhile.
    const { numUpdatedRows } = await db
      .updateTable('credential')
      .set({ sealed: fresh, key_id: keyIdOf(fresh) })
      .where('account_id', '=', account_id)
      .where('sealed', '=', sealed)
      .executeTakeFirst();
    count += Number(numUpdatedRows);
  }
  return count;
}

/** One that does not open, which is logged, or that is gone must not keep the others sealed with the old key. */
function skipped(error: unknown): { password?: undefined } {
  if (error instanceof MailError) return {};
  throw error;
}

async function setPassword(db: Db, config: Keys, id: Id, password: string): Promise<void> {
  const sealed = seal(config.secretKeys, id, password);
  const row = { account_id: id, key_id: keyIdOf(sealed), sealed };
  await db
    .insertInto('credential')
    .values(row)
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ key_id: row.key_id, sealed }))
    .execute();
}

async function refuseTaken(db: Db, id: Id, sign_in_key: string): Promise<void> {
  const other = await db
    .selectFrom('account')
    .select('id')
    .where('sign_in_key', '=', sign_in_key)
    .where('id', '!=', id)
    .executeTakeFirst();
  if (other) throw new RequestError('alreadyExists', 'another user signs in with this login');
}

function serverOf(json: string | null): ServerLogin | null {
  return json === null ? null : (JSON.parse(json) as ServerLogin);
}

function recordOf(row: Selectable<AccountTable>): AccountRecord {
  return {
    id: row.id,
    userId: row.user_id,
    address: row.address,
    name: row.name,
    kind: row.kind,
    incoming: serverOf(row.incoming),
    outgoing: serverOf(row.outgoing),
    settings: accountSettings(row.settings),
    position: row.position,
    createdAt: row.created_at,
  };
}
