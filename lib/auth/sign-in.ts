/**
 * Signing in: the mail servers judge the password, then the user is found by (incoming host, port, login) or made (design
 * decision 8). Which servers, who may, and how often is decided here for every way in.
 */
import { randomBytes } from 'node:crypto';
import type { AccountRecord, Pop3Settings } from '@/lib/account/record';
import {
  type AccountChange,
  accountBySignIn,
  createAccount,
  secretOf,
  signInKey,
  updateAccount,
} from '@/lib/account/records';
import { discover, fullAddress } from '@/lib/discovery/discover';
import { diagnose, diagnoseIncoming, type Step } from '@/lib/discovery/doctor';
import type { FoundServers, Servers } from '@/lib/discovery/types';
import { AuthenticationError, MailError, RequestError } from '@/lib/errors';
import { normalHost } from '@/lib/net/resolve';
import { audit } from './audit';
import type { Control } from './control';
import { enterAttempt } from './rate-limit';
import { revocations } from './revocation';
import { endSessions } from './sessions';
import { mayUse } from './sign-in-policy';

/** Long enough for the way from ticket to session. */
const DEMO_REST_MS = 60 * 60_000;
const LEFT_AT_ONCE = 20;

export interface Credentials {
  address: string;
  password: string;
  /** Confirmed by the person; else confirmed discovery decides. */
  servers?: Servers;
  /** Of an account that is there already; else as its settings say. */
  signInMethod?: Pop3Settings['signInMethod'];
}

/** What the check of an account's servers came to. */
export interface Checked {
  address: string;
  servers: Servers;
  steps: Step[];
}

/** A refusal with every step, so that a person can see how far it went. */
export class SignInRefused extends RequestError {
  readonly steps: Step[];
  readonly servers: FoundServers[];

  constructor(error: MailError, details: { steps?: Step[]; servers?: FoundServers[] } = {}) {
    const { code, message, serverText, params } = error;
    super(code, message, { cause: error, params, ...(serverText ? { serverText } : {}) });
    this.steps = details.steps ?? [];
    this.servers = details.servers ?? [];
  }
}

/**
 * Really signs in to both servers (`incomingOnly`: programs, at every request).
 * @throws SignInRefused, rateLimit, signInNotAllowed, invalidArguments
 */
export async function checkCredentials(
  { db, config }: Control,
  credentials: Credentials,
  client: string,
  depth: 'both' | 'incomingOnly' = 'both',
): Promise<Checked> {
  const address = fullAddress(credentials.address, config);
  const servers = await serversFor({ config }, credentials, address);
  if (!(await mayUse(address, servers, config))) {
    throw new RequestError('signInNotAllowed', 'SIGN_IN does not name these servers', {
      params: { host: servers.incoming.host },
    });
  }
  const { incoming } = servers;
  const attempt = await enterAttempt(db, config, {
    login: signInKey(incoming),
    host: incoming.host,
    address: client,
  });
  const examine = depth === 'both' ? diagnose : diagnoseIncoming;
  const known = credentials.signInMethod ? null : await accountBySignIn(db, incoming);
  const method = credentials.signInMethod ?? known?.settings.pop3.signInMethod;
  const { steps, error } = await examine(servers, { password: credentials.password }, config, method);
  if (!error || (await isKnownOutgoingAway(db, servers, steps, error))) {
    await attempt.succeeded();
    return { address, servers, steps };
  }
  if (!(error instanceof AuthenticationError)) await attempt.undecided();
  throw new SignInRefused(error, { steps });
}

/** Whoever has signed in before can read mail while the submission server, which took the password then, is away. */
async function isKnownOutgoingAway(
  db: Control['db'],
  servers: Servers,
  steps: Step[],
  error: MailError,
): Promise<boolean> {
  const failed = steps.find((step) => step.state === 'failed');
  if (failed?.server !== 'outgoing' || error instanceof AuthenticationError) return false;
  const known = await accountBySignIn(db, servers.incoming);
  return known !== null && sameLogin(known.outgoing, servers.outgoing);
}

/** The account that this sign-in is, made when it is the first one. Call only with what `checkCredentials` returned. */
export async function admit(on: Control, checked: Checked, password: string): Promise<AccountRecord> {
  const { db, config } = on;
  const { servers } = checked;
  const known = await accountBySignIn(db, servers.incoming);
  if (!known) return admitNew(on, checked, password);
  const change: AccountChange = {};
  if (!sameLogin(known.outgoing, servers.outgoing)) change.outgoing = servers.outgoing;
  if (!sameLogin(known.incoming, servers.incoming)) change.incoming = servers.incoming;
  if ((await storedPassword(on, known.id)) !== password) {
    // The password was changed at the provider: whoever signed in with the old one has to show the new one.
    change.password = password;
    await endSessions(db, known.userId, null);
    await revocations().check(db);
    await audit(db, known.userId, 'password-changed', { accountId: known.id });
  }
  if (Object.keys(change).length === 0) return known;
  const updated = await updateAccount(db, config, known.id, change);
  await on.changed(known.id);
  return updated;
}

async function admitNew({ db, config }: Control, checked: Checked, password: string): Promise<AccountRecord> {
  const { address, servers } = checked;
  const userId = await createUser(db);
  try {
    const made = await createAccount(db, config, { userId, address, ...servers, password, signIn: true });
    await audit(db, userId, 'user-created', { accountId: made.id });
    return made;
  } catch (error) {
    // Two first sign-ins at once: the key of the other one stands, and this user is nobody.
    await db.deleteFrom('user').where('id', '=', userId).execute();
    const other = await accountBySignIn(db, servers.incoming);
    if (!other) throw error;
    return other;
  }
}

/** null when it does not open any more. */
async function storedPassword({ db, config }: Control, id: string): Promise<string | null> {
  try {
    return (await secretOf(db, config, id)).password;
  } catch (error) {
    if (error instanceof AuthenticationError) return null;
    throw error;
  }
}

/** A demo mailbox of one's own: nobody signs in to it again, it lives as long as its session. @throws signInNotAllowed */
export async function admitDemo(on: Control): Promise<AccountRecord> {
  const { db, config } = on;
  if (!config.demo)
    throw new RequestError('signInNotAllowed', 'the demo mailbox is switched off', {
      params: { host: 'demo' },
    });
  await removeLeftDemos(on);
  const userId = await createUser(db);
  const address = 'demo@gatepost.example';
  return createAccount(db, config, {
    userId,
    address,
    kind: 'demo',
    incoming: null,
    outgoing: null,
    password: '',
    signIn: false,
  });
}

/** Nobody can come back to a demo mailbox whose session has ended. */
async function removeLeftDemos({ db, removed }: Control): Promise<void> {
  const left = await db
    .selectFrom('account')
    .select(['id', 'user_id'])
    .where('kind', '=', 'demo')
    .where('created_at', '<', Date.now() - DEMO_REST_MS)
    .where('user_id', 'not in', db.selectFrom('session').select('user_id'))
    .limit(LEFT_AT_ONCE)
    .execute();
  for (const { id, user_id } of left) {
    await db.deleteFrom('user').where('id', '=', user_id).execute();
    await removed(id, user_id);
  }
}

async function createUser(db: Control['db']): Promise<string> {
  const id = `u${randomBytes(10).toString('hex')}`;
  await db.insertInto('user').values({ id, created_at: Date.now(), settings: '{}' }).execute();
  return id;
}

async function serversFor(
  { config }: Pick<Control, 'config'>,
  { servers: chosen, address: typed }: Credentials,
  address: string,
): Promise<Servers> {
  if (chosen && !config.fixed)
    return { ...chosen, incoming: normal(chosen.incoming), outgoing: normal(chosen.outgoing) };
  const { servers } = await discover(config.fixed ? typed : address, config);
  const confirmed = servers.find((one) => one.confirmed);
  if (confirmed) {
    const { kind, incoming, outgoing } = confirmed;
    return { kind, incoming, outgoing };
  }
  const host = address.slice(address.lastIndexOf('@') + 1);
  if (servers.length === 0)
    throw new SignInRefused(
      new MailError('hostNotFound', 'discovery found no servers', { params: { host } }),
    );
  const unconfirmed = new RequestError('invalidArguments', 'the servers need a confirmation', {
    params: { properties: 'servers' },
  });
  throw new SignInRefused(unconfirmed, { servers });
}

/** A name that cannot be a host keeps what was typed, and is not found by name. */
function normal(login: Servers['incoming']): Servers['incoming'] {
  return { ...login, host: normalHost(login.host) || login.host };
}

function sameLogin(a: Servers['incoming'] | null, b: Servers['incoming']): boolean {
  return a !== null && a.security === b.security && signInKey(a) === signInKey(b);
}
