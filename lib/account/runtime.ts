/**
 * Everything long-lived of the process, behind one accessor on globalThis: instrumentation, route handlers and server
 * components of Next have their own copies of every module, and only globalThis in common.
 */
import { type Config, config as loadedConfig } from '@/lib/config';
import { openBlobStore, type SqlBlobStore } from '@/lib/db/blob-store-open';
import { type Databases, openDatabases } from '@/lib/db/database';
import { feedTables } from '@/lib/db/feed-tables';
import { Aside } from '@/lib/index/aside';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { createOutbox } from '@/lib/outbox/outbox';
import type { Outbox } from '@/lib/outbox/types';
import { FeedHistory } from '@/lib/source/local/feed-history';
import { ReadMarks } from '@/lib/source/local/read-marks';
import { Accounts } from './accounts';
import { assemble } from './assemble';
import { BlobCache } from './blob-cache';
import { destinationOf } from './destination';
import { expireAll } from './expire-all';
import { Feeds } from './feeds';
import { Hub } from './hub';
import { Identities } from './identities';
import { sweepImports } from './import';
import { Moves } from './move/moves';
import { joinNodes } from './nodes';
import { outboxHost } from './outbox-host';
import { Push } from './push/push';
import { Subscriptions } from './push/subscriptions';
import { Vapid } from './push/vapid';
import { QuotaNews } from './quotas';
import { ReadAtProvider } from './read-at-provider';
import { accountsOfKind, getAccount, listAccounts, secretOf } from './records';
import { Reports } from './reports';
import { SenderServers } from './sender-servers';
import { ServerOffers } from './server-offers';
import { Sieve } from './sieve/sieve';
import { ToldStates } from './told-states';
import { Uploads } from './uploads';

export interface Runtime {
  readonly config: Config;
  readonly databases: Databases;
  readonly blobs: SqlBlobStore;
  readonly blobCache: BlobCache;
  readonly accounts: Accounts;
  readonly hub: Hub;
  readonly identities: Identities;
  readonly senderServers: SenderServers;
  readonly uploads: Uploads;
  readonly feeds: Feeds;
  readonly moves: Moves;
  readonly readAtProvider: ReadAtProvider;
  readonly push: Push;
  readonly sieve: Sieve;
  /** What mail servers announced. */
  readonly offers: ServerOffers;
  /** Of what only mail servers keep. */
  readonly told: ToldStates;
  readonly outbox: Outbox;
  /** Ends within 5 s: streams are told, what is on the wire ends, connections and databases are closed. */
  stop(): Promise<void>;
}

const KEY = Symbol.for('gatepost.runtime');
const store: typeof globalThis & { [KEY]?: Promise<Runtime> } = globalThis;
const SWEEP_MS = 60 * 60_000;

export function runtime(): Promise<Runtime> {
  if (!store[KEY]) {
    const starting = startRuntime(loadedConfig());
    store[KEY] = starting;
    // A failed start (database away) is tried anew by the next request.
    starting.catch(() => delete store[KEY]);
  }
  return store[KEY];
}

/** The runtime, if anything was started at all. */
export function startedRuntime(): Promise<Runtime> | null {
  return store[KEY] ?? null;
}

export async function startRuntime(config: Config): Promise<Runtime> {
  const databases = await openDatabases(config);
  const { main, indexFile } = databases;
  const aside = indexFile === null ? null : new Aside(indexFile);
  const blobs = openBlobStore(config, main);
  const blobCache = new BlobCache(config.dataDir);
  const hub = new Hub();
  const offers = new ServerOffers(main);
  const told = new ToldStates(main, hub);
  const quotaNews = new QuotaNews({ hub, offers, told });
  const accounts: Accounts = new Accounts({
    record: (id) => getAccount(main, id),
    recordsOf: (userId) => listAccounts(main, userId),
    assemble: (record, events) =>
      assemble({ config, databases, aside, blobs, destination, onRead }, record, events),
    hub,
    offers,
    onMail: (account) => {
      reports.changed(account);
      quotaNews.changed(account);
    },
  });
  const identities = new Identities(main);
  const senderServers = new SenderServers(main, config);
  const readAtProvider = new ReadAtProvider(accounts, feedTables(main));
  const onRead = (id: Id) => readAtProvider.soon(id);
  const destination = (userId: string, id: Id) => destinationOf(accounts, blobs, userId, id);
  const host = outboxHost({
    accounts,
    identities,
    senderServers,
    record: (id) => getAccount(main, id),
    secret: (id) => secretOf(main, config, id),
    takesChanged: async (id) => {
      await identities.touch(id);
      const { userId } = await getAccount(main, id);
      hub.publish(userId, id, { Identity: await identities.state(id) });
    },
    changed: (id) => publishSubmissions(id).catch((error) => log.warn('outbox.untold', errorFields(error))),
  });
  const outbox = createOutbox({ db: main, blobs, config, host });
  const publishSubmissions = async (accountId: string) => {
    const { userId } = await getAccount(main, accountId);
    hub.publish(userId, accountId, { EmailSubmission: await outbox.state(accountId) });
  };
  const uploads = new Uploads(main, blobs);
  const reports = new Reports(outbox, uploads);
  const sieve = new Sieve({
    config,
    secret: (id) => secretOf(main, config, id),
    found: (record) => accounts.told(record),
  });
  const moves = new Moves(accounts, feedTables(main), blobs);
  const push = new Push({ subscriptions: new Subscriptions(main), hub, config, vapid: new Vapid(config) });
  const feeds = new Feeds(
    accounts,
    () => accountsOfKind(main, 'pop3'),
    (id) => new FeedHistory(id, feedTables(main)),
    (id) => new ReadMarks(id, feedTables(main)).givenUp(),
  );
  const keepers = async () => [
    ...(await accountsOfKind(main, 'pop3')),
    ...(await accountsOfKind(main, 'demo')),
  ];
  const expire = (now: number) => expireAll(accounts, keepers, now);
  const sweeper = setInterval(
    () => sweep({ config, uploads, blobs, blobCache, push, expire }),
    SWEEP_MS,
  ).unref();
  const leaveNodes = config.databaseUrl
    ? await joinNodes({
        ...{ hub, databases, databaseUrl: config.databaseUrl },
        onAccount: (id) => {
          offers.forget(id);
          return accounts.changedElsewhere(id);
        },
      })
    : null;
  feeds.start();
  moves.start();
  readAtProvider.start();
  outbox.start();
  push.start().catch((error) => log.warn('push.not-started', errorFields(error)));

  async function stop(): Promise<void> {
    clearInterval(sweeper);
    feeds.stop();
    readAtProvider.stop();
    push.stop();
    reports.stop();
    quotaNews.stop();
    hub.end();
    await moves.stop();
    await outbox.stop();
    await accounts.stop();
    await readAtProvider.idle();
    await aside?.close();
    await leaveNodes?.();
    await databases.close();
  }
  return {
    config,
    databases,
    blobs,
    blobCache,
    accounts,
    hub,
    identities,
    senderServers,
    uploads,
    feeds,
    moves,
    readAtProvider,
    push,
    sieve,
    offers,
    told,
    outbox,
    stop,
  };
}

interface Sweeping extends Pick<Runtime, 'config' | 'uploads' | 'blobs' | 'blobCache' | 'push'> {
  expire(now: number): Promise<void>;
}

function sweep({ config, uploads, blobs, blobCache, push, expire }: Sweeping): void {
  const now = Date.now();
  uploads
    .sweep(now)
    .then(() => expire(now))
    .then(() => blobs.sweep(now))
    .then(() => blobCache.sweep(now))
    .then(() => sweepImports(config.dataDir, now))
    .then(() => push.sweep())
    .catch((error) => log.warn('sweep.failed', errorFields(error)));
}
