/** Runs the POP3 feed of an account: one session at a time, on demand, with the state that the account shows. */

import { storageError } from '@/lib/db/blob-store-open';
import { AuthenticationError, CommandError, ConnectionError, MailError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import type { NetConfig } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { Pop3Client } from '@/lib/pop3/client';
import { type FeedPolicy, type FeedResult, runFeed } from '@/lib/pop3/feed';
import type { FeedStore } from '@/lib/pop3/feed-store';
import type { CollectProgress, SourceEvents, SourceStatus } from '@/lib/source/source';

/** A maildrop that another program holds is usually free a minute later (gateway.md 3). */
const IN_USE_RETRY_MS = 60_000;

export interface CollectorDeps {
  accountId: string;
  login: ServerLogin;
  secret(): Promise<Secret>;
  config: NetConfig;
  policy: FeedPolicy;
  store(): Promise<FeedStore>;
  events: SourceEvents;
}

interface Run {
  /** The server let us in and the list is read. */
  started: Promise<void>;
  finished: Promise<void>;
}

export class Pop3Collector {
  readonly #deps: CollectorDeps;
  readonly #stop = new AbortController();
  #run: Run | null = null;
  #status: SourceStatus = { connection: 'ready', since: null, error: null };
  #retry: NodeJS.Timeout | null = null;
  #lastStart = 0;
  /** Least time between two sign-ins, as CAPA told (RFC 2449 §6.5). */
  #loginDelayMs = 0;

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
  }

  status(): SourceStatus {
    return this.#status;
  }

  get lastStart(): number {
    return this.#lastStart;
  }

  /** Joins the run that is going on. Resolves when it has begun to fetch. @throws MailError of the sign-in */
  collect(): Promise<void> {
    this.#run ??= this.#start();
    return this.#run.started;
  }

  /** Resolves when nothing is being collected any more. */
  async idle(): Promise<void> {
    await this.#run?.finished;
  }

  async close(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    this.#stop.abort(new ConnectionError('connectionLost', 'the account was closed'));
    await this.#run?.finished;
  }

  #start(): Run {
    let begin: () => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    const started = new Promise<void>((resolve, reject) => {
      begin = resolve;
      fail = reject;
    });
    const finished = this.#session(begin).then(
      (result) => this.#succeeded(result),
      (error) => {
        fail(error);
        this.#failed(error);
      },
    );
    // Nobody may be waiting for the start: a failure shows in the status.
    started.catch(() => undefined);
    return { started, finished };
  }

  async #session(begin: () => void): Promise<FeedResult> {
    const { login, config, policy, events } = this.#deps;
    const wait = this.#lastStart + this.#loginDelayMs - Date.now();
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw new CommandError('tryLater', 'the server asks for a pause', { params: { seconds } });
    }
    this.#lastStart = Date.now();
    const secret = await this.#deps.secret();
    const store = await this.#deps.store();
    const client = await Pop3Client.connect(login, config, { signal: this.#stop.signal });
    try {
      this.#loginDelayMs = (client.capabilities.loginDelay ?? 0) * 1000;
      await client.signIn(login.user, secret);
      const progress = (p: Omit<CollectProgress, 'finished'>) =>
        events.onProgress?.({ ...p, finished: false });
      return await runFeed(client, store, { policy, now: Date.now, onListed: begin, onProgress: progress });
    } finally {
      client.close();
    }
  }

  #succeeded({ fetched, bytes, deleted, refused }: FeedResult): void {
    this.#run = null;
    log.info('feed.finished', { accountId: this.#deps.accountId, fetched, bytes, deleted, refused });
    this.#deps.events.onProgress?.({ done: fetched, total: fetched, bytes, finished: true });
    this.#setStatus({ connection: 'ready', since: null, error: null });
  }

  #failed(error: unknown): void {
    this.#run = null;
    const stopped = this.#stop.signal.aborted;
    log.warn('feed.failed', { accountId: this.#deps.accountId, stopped, ...errorFields(error) });
    this.#deps.events.onProgress?.({ done: 0, total: 0, bytes: 0, finished: true });
    if (stopped) return;
    const cause = storageError(error);
    const known =
      cause instanceof MailError ? cause : new MailError('serverFail', 'the feed failed', { cause });
    if (known.code === 'maildropInUse') this.#retryLater();
    this.#setStatus({
      connection: connectionAfter(known),
      since: this.#status.since ?? Date.now(),
      error: known,
    });
  }

  #retryLater(): void {
    if (this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.collect().catch((error) => log.debug('feed.retry', errorFields(error)));
    }, IN_USE_RETRY_MS);
    this.#retry.unref();
  }

  #setStatus(status: SourceStatus): void {
    const { connection, error } = this.#status;
    this.#status = status;
    if (connection !== status.connection || error?.code !== status.error?.code) {
      this.#deps.events.onStatus(status);
    }
  }
}

/** A server that answers "later" is there: the account is not offline, it only has nothing new yet. */
function connectionAfter(error: MailError): SourceStatus['connection'] {
  if (error instanceof AuthenticationError) return 'needsPassword';
  return error instanceof CommandError ? 'ready' : 'offline';
}
