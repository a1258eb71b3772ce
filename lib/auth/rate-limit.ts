/**
 * Limits on sign-in attempts (security.md S25). Only failures count: an attempt is entered before it is made, so that many
 * at once cannot slip through, and taken back when it succeeds. The longer somebody fails, the longer the waits.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Config } from '@/lib/config';
import type { MainTables } from '@/lib/db/tables';
import { RequestError } from '@/lib/errors';

type Db = Kysely<MainTables>;

interface Limit {
  most: number;
  withinMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LONGEST = HOUR;

/** One login from one address: 5 a minute, then fewer and fewer. */
const LOGIN: Limit[] = [
  { most: 5, withinMs: MINUTE },
  { most: 10, withinMs: 10 * MINUTE },
  { most: 20, withinMs: HOUR },
];
const ADDRESS: Limit[] = [
  { most: 20, withinMs: MINUTE },
  { most: 200, withinMs: HOUR },
];
/** Against being the relay of somebody's list of stolen passwords. */
const HOST: Limit[] = [{ most: 100, withinMs: HOUR }];

export interface Attempt {
  /** What is tried: `host:port:login`. */
  login: string;
  host: string;
  /** Of the client. */
  address: string;
}

/** What an attempt is taken back by. */
export interface Entered {
  /** The password was right: nothing counts. */
  succeeded(): Promise<void>;
  /** No password was judged: counts for the address and the host, not for the login. */
  undecided(): Promise<void>;
}

const NOTHING: Entered = { succeeded: async () => undefined, undecided: async () => undefined };

/** @throws rateLimit with the seconds until the next try */
export async function enterAttempt(
  db: Db,
  config: Pick<Config, 'rateLimits' | 'fixed'>,
  attempt: Attempt,
): Promise<Entered> {
  if (!config.rateLimits) return NOTHING;
  const buckets = {
    login: bucket('login', `${attempt.login} ${attempt.address}`),
    address: bucket('address', attempt.address),
    host: bucket('host', attempt.host),
  };
  const now = Date.now();
  const id = randomBytes(9).toString('base64url');
  const names = Object.values(buckets);
  await tidy(db, now);
  await db
    .insertInto('attempt')
    .values(names.map((name) => ({ id, bucket: name, at: now })))
    .execute();
  const waits = await Promise.all([
    waitFor(db, buckets.login, LOGIN, now),
    waitFor(db, buckets.address, ADDRESS, now),
    // The operator's own servers guard themselves: strangers must not be able to close them for everybody.
    waitFor(db, buckets.host, config.fixed ? [] : HOST, now),
  ]);
  const takeBack = (taken: string[]) => removeEntry(db, id, taken);
  const seconds = Math.max(...waits);
  if (seconds > 0) {
    await takeBack(names);
    throw new RequestError('rateLimit', 'too many failed sign-ins', { params: { seconds } });
  }
  return { succeeded: () => takeBack(names), undecided: () => takeBack([buckets.login]) };
}

/** For what strangers may ask without signing in: 30 a minute from one address, demo mailboxes 20 an hour; and for what asks a server. */
const REQUESTS = {
  discovery: [{ most: 30, withinMs: MINUTE }],
  demo: [{ most: 20, withinMs: HOUR }],
  check: [{ most: 6, withinMs: MINUTE }],
  images: [{ most: 60, withinMs: MINUTE }],
  unsubscribe: [{ most: 20, withinMs: MINUTE }],
} satisfies Record<string, Limit[]>;

/** Every request counts. @throws rateLimit */
export async function enterRequest(
  db: Db,
  config: Pick<Config, 'rateLimits'>,
  kind: keyof typeof REQUESTS,
  who: string,
): Promise<void> {
  if (!config.rateLimits) return;
  const now = Date.now();
  const name = bucket(kind, who);
  await tidy(db, now);
  await db
    .insertInto('attempt')
    .values({ id: randomBytes(9).toString('base64url'), bucket: name, at: now })
    .execute();
  const seconds = await waitFor(db, name, REQUESTS[kind], now);
  if (seconds > 0) throw new RequestError('rateLimit', `too many requests: ${kind}`, { params: { seconds } });
}

async function waitFor(db: Db, name: string, limits: Limit[], now: number): Promise<number> {
  const rows = await db
    .selectFrom('attempt')
    .select('at')
    .where('bucket', '=', name)
    .orderBy('at', 'desc')
    .execute();
  const waits = limits.map(({ most, withinMs }) => {
    // The attempt just entered is among them.
    const oldest = rows[most]?.at ?? Number.NEGATIVE_INFINITY;
    return Math.ceil((oldest + withinMs - now) / 1000);
  });
  return Math.max(0, ...waits);
}

async function tidy(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('attempt')
    .where('at', '<', now - LONGEST)
    .execute();
}

async function removeEntry(db: Db, id: string, buckets: string[]): Promise<void> {
  await db.deleteFrom('attempt').where('id', '=', id).where('bucket', 'in', buckets).execute();
}

/** Addresses and logins are not for reading in the database. */
function bucket(kind: string, value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url').slice(0, 22)}`;
}
