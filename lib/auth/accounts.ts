/** What a signed-in person does with accounts: new servers and passwords are tried before they are kept. */
import { z } from 'zod';
import type { AccountRecord } from '@/lib/account/record';
import {
  createAccount,
  deleteAccount,
  getOwnAccount,
  listAccounts,
  moveAccount,
  secretOf,
  updateAccount,
} from '@/lib/account/records';
import { RequestError } from '@/lib/errors';
import { audit } from './audit';
import type { Control } from './control';
import { remembered } from './remembered';
import { revocations } from './revocation';
import { credentialsSchema, serverLogin } from './servers-input';
import { endSessions } from './sessions';
import { checkCredentials } from './sign-in';
import type { Principal } from './types';

const name = z.string().trim().min(1).max(200);

export const newAccount = credentialsSchema.extend({ name: name.optional() });
export const accountPatch = z
  .strictObject({
    name,
    position: z.int().min(0).max(10_000),
    settings: z.record(z.string(), z.unknown()),
    incoming: serverLogin.partial(),
    outgoing: serverLogin.partial(),
    password: z.string().min(1).max(1_000),
    signIn: z.boolean(),
  })
  .partial();

type AccountPatch = z.infer<typeof accountPatch>;

/** One person has some accounts, not a farm of them. */
const MOST_ACCOUNTS = 50;

/** @throws SignInRefused, rateLimit, signInNotAllowed, alreadyExists */
export async function addAccount(
  on: Control,
  { userId }: Principal,
  input: z.infer<typeof newAccount>,
  client: string,
): Promise<AccountRecord> {
  const { db, config } = on;
  if ((await listAccounts(db, userId)).length >= MOST_ACCOUNTS) {
    throw new RequestError('limitExceeded', 'too many accounts', { params: { max: MOST_ACCOUNTS } });
  }
  const { address, servers } = await checkCredentials(on, input, client);
  const { password } = input;
  const made = {
    userId,
    address,
    ...servers,
    password,
    signIn: false,
    ...(input.name ? { name: input.name } : {}),
  };
  const account = await createAccount(db, config, made);
  await audit(db, userId, 'account-added', { accountId: account.id });
  return account;
}

/** Whether the patch is one that a thief of the session must not make (security.md S22). */
export function isGrave(patch: AccountPatch): boolean {
  const { incoming, outgoing, password, signIn, settings } = patch;
  return Boolean(incoming || outgoing || signIn || targetIn(settings)) || password !== undefined;
}

/** Where what is collected goes instead of here; null: nowhere, or nothing is said of it. */
export function targetIn(settings: unknown): string | null {
  const target = z.object({ pop3: z.object({ targetAccountId: z.string() }) }).safeParse(settings);
  return target.success ? target.data.pop3.targetAccountId : null;
}

/** @throws SignInRefused, notFound, invalidArguments, unsupported */
export async function changeAccount(
  on: Control,
  principal: Principal,
  id: string,
  patch: AccountPatch,
  client: string,
): Promise<AccountRecord> {
  const { db, config } = on;
  const account = await getOwnAccount(db, principal.userId, id);
  const { position, ...rest } = patch;
  await checkTarget(db, account, patch.settings);
  const servers = isServerChange(patch) ? await checkedServers(on, account, patch, client) : {};
  const { incoming: _in, outgoing: _out, ...change } = rest;
  await updateAccount(db, config, id, { ...change, ...servers });
  if (position !== undefined) await moveAccount(db, principal.userId, id, position);
  if (patch.signIn !== undefined) {
    await audit(db, principal.userId, 'sign-in-changed', { accountId: id, signIn: String(patch.signIn) });
  }
  if (targetIn(patch.settings)) {
    await audit(db, principal.userId, 'forwarding-changed', { accountId: id });
  }
  if (isServerChange(patch)) await afterServerChange(on, principal, id, patch);
  if (isServerChange(patch) || patch.settings || patch.name) await on.changed(id);
  return getOwnAccount(db, principal.userId, id);
}

/** What is collected goes to an account of the same person only. @throws notFound, invalidArguments */
async function checkTarget(
  db: Control['db'],
  { userId, id }: AccountRecord,
  settings: unknown,
): Promise<void> {
  const targetAccountId = targetIn(settings);
  if (targetAccountId === null) return;
  await getOwnAccount(db, userId, targetAccountId);
  if (targetAccountId === id) {
    const params = { properties: 'pop3.targetAccountId' };
    throw new RequestError('invalidArguments', 'an account delivers to itself as null', { params });
  }
}

/** @throws notFound, forbidden for the last account: that is the user */
export async function removeAccount(on: Control, { userId }: Principal, id: string): Promise<void> {
  const { db } = on;
  await getOwnAccount(db, userId, id);
  if ((await listAccounts(db, userId)).length === 1) {
    throw new RequestError('forbidden', 'the last account goes with the user');
  }
  await drop(on, id, userId);
  await audit(db, userId, 'account-removed', { accountId: id });
  await revocations().check(db);
}

/** The user and everything kept of their mail. */
export async function removeUser(on: Control, { userId }: Principal): Promise<void> {
  for (const { id } of await listAccounts(on.db, userId)) await drop(on, id, userId);
  await on.db.deleteFrom('user').where('id', '=', userId).execute();
  await revocations().check(on.db);
}

async function drop(on: Control, id: string, userId: string): Promise<void> {
  await deleteAccount(on.db, id);
  remembered().forget(id);
  await on.removed(id, userId);
}

function isServerChange({ incoming, outgoing, password }: AccountPatch): boolean {
  return incoming !== undefined || outgoing !== undefined || password !== undefined;
}

async function checkedServers(on: Control, account: AccountRecord, patch: AccountPatch, client: string) {
  if (!account.incoming || !account.outgoing || account.kind === 'demo') {
    throw new RequestError('unsupported', 'the demo mailbox has no servers');
  }
  const servers = {
    kind: account.kind,
    incoming: { ...account.incoming, ...patch.incoming },
    outgoing: { ...account.outgoing, ...patch.outgoing },
  };
  const password = patch.password ?? (await secretOf(on.db, on.config, account.id)).password;
  const { signInMethod } = account.settings.pop3;
  const credentials = { address: account.address, password, servers, signInMethod };
  const checked = await checkCredentials(on, credentials, client);
  const { incoming, outgoing } = checked.servers;
  return { incoming, outgoing };
}

async function afterServerChange(
  on: Control,
  principal: Principal,
  id: string,
  patch: AccountPatch,
): Promise<void> {
  await audit(on.db, principal.userId, patch.password ? 'password-changed' : 'servers-changed', {
    accountId: id,
  });
  remembered().forget(id);
  if (patch.password === undefined) return;
  // Whoever else is signed in may have known the old password (security.md S21).
  await endSessions(on.db, principal.userId, principal.sessionId);
  await revocations().check(on.db);
}
