/** Runs the POP3 feed of an account: one session at a time, on demand, with the state that the account shows. */

import { CommandError, ConnectionError, RequestError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import { BrokenOff } from '@/lib/pop3/broken-off';
import { completeOne, type FeedProgress, type FeedResult, type FeedRun, runFeed } from '@/lib/pop3/feed';
import type { FeedLease } from '@/lib/source/local/feed-lease';
import { connectionAfter, mailErrorOf, pausedStatus, sum } from '@/lib/source/local/feed-outcome';
import { policyOf } from '@/lib/source/local/feed-policy';
import { type MaildropDeps, MaildropSessions, TooSoon } from '@/lib/source/local/maildrop-sessions';
import type { SourceEvents, SourceStatus } from '@/lib/source/source';

/** A maildrop that another program holds is usually free a minute later (gateway.md 3). */
const IN_USE_RETRY_MS = 60_000;
/** One that stays open elsewhere is asked after twice as long each time, up to this. */
const IN_USE_MOST_MS = 15 * 60_000;
/** Gmail lists some 250, and the next ones when those were fetched: after so many new ones it is asked again. */
const BATCH = 100;

export interface CollectorDeps extends MaildropDeps {
  accountId: string;
  lease: FeedLease;
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
  /** Of the run that goes on. */
  #cancel = new AbortController();
  readonly #maildrop: MaildropSessions;
  readonly #brokenOff = new BrokenOff();
  readonly #completing = new Map<string, Promise<void>>();
  /** The list of the session that goes on is read; what came since waits for the next one. */
  #isListed = false;
  #again = false;
  #status: SourceStatus = { connection: 'ready', since: null, error: null };
  #retry: NodeJS.Timeout | null = null;
  /** Sessions in a row that found the maildrop in use. */
  #inUse = 0;

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
    this.#maildrop = new MaildropSessions(deps);
  }

  status(): SourceStatus {
    return this.#status;
  }

  get lastStart(): number {
    return this.#maildrop.lastStart;
  }

  /**
   * Joins the run that is going on; a list that was read before is read once more in another session. Resolves when
   * fetching has begun. @throws MailError of the sign-in
   */
  collect(): Promise<void> {
    if (this.#run && this.#isListed) this.#again = true;
    this.#run ??= this.#start();
    return this.#run.started;
  }

  /** Fetches the rest of a message of which only the headers are here. @throws goneAtProvider, MailError of the sign-in */
  complete(uidl: string): Promise<void> {
    const running = this.#completing.get(uidl);
    if (running) return running;
    const started = this.#maildrop
      .open(this.#stop.signal, (client, store) => completeOne(client, store, uidl))
      .finally(() => this.#completing.delete(uidl));
    this.#completing.set(uidl, started);
    return started;
  }

  /** Unless it failed so often that only a person starts it again, or its server wants a rest. */
  async collectUnlessPaused(): Promise<void> {
    if ((await this.#tellPause()) || (await this.#maildrop.restMs()) > 0) return;
    const ms = (await this.#deps.lease.msElsewhere()) ?? 0;
    if (ms === 0) await this.collect();
    else this.#later(ms, () => this.#takeOver());
  }

  /** Where another process was at it: unless that one came to its end. */
  async #takeOver(): Promise<void> {
    if ((await this.#deps.lease.msElsewhere()) !== null) await this.collectUnlessPaused();
  }

  /** Where nothing is fetched any more, nothing may look well: neither after a restart nor where the server only said "later". */
  async #tellPause(): Promise<boolean> {
    const { history, settings } = this.#deps;
    if (!(await history.isPaused(settings.pauseAfterFailures))) return false;
    const status = pausedStatus(await history.failed());
    if (status && !this.#run) this.#setStatus(status);
    return true;
  }

  /** Resolves when nothing is being collected any more. */
  async idle(): Promise<void> {
    while (this.#run) await this.#run.finished;
  }

  /** What is stored so far is kept; nothing is deleted on the server. */
  async cancel(): Promise<void> {
    this.#cancel.abort(new ConnectionError('connectionLost', 'the person stopped it'));
    await this.#run?.finished;
  }

  async close(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    this.#stop.abort(new ConnectionError('connectionLost', 'the account was closed'));
    await this.#run?.finished;
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#stop.signal, this.#cancel.signal]);
  }

  #start(): Run {
    this.#cancel = new AbortController();
    let begin: () => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    const started = new Promise<void>((resolve, reject) => {
      begin = resolve;
      fail = reject;
    });
    const finished = this.#sessions(begin).then(
      (result) => this.#succeeded(result),
      (error) => {
        fail(error);
        return this.#failed(error);
      },
    );
    // Nobody may be waiting for the start: a failure shows in the status.
    started.catch(() => undefined);
    return { started, finished };
  }

  /** One after the other while the limits of a session leave something; a server that wants a pause gets it. */
  async #sessions(begin: () => void): Promise<FeedResult> {
    const { history, lease, settings } = this.#deps;
    const begunAt = await history.begunAt();
    await this.#maildrop.rested();
    // What that one puts into the other account now cannot be fenced off: it would be there twice.
    if (settings.targetAccountId === null) await lease.take();
    else if (!(await lease.takeFree()))
      throw new CommandError('maildropInUse', 'another process collects this account');
    try {
      for (let all: FeedResult | null = null; ; ) {
        this.#again = false;
        const result = await this.#session(begin, begunAt, all);
        all = all ? sum(all, result) : result;
        const isMore = (result.left > 0 && result.fetched > 0) || result.fresh >= BATCH || this.#again;
        if (!isMore || this.#maildrop.loginDelayMs > 0) return all;
      }
    } finally {
      await lease.release();
    }
  }

  async #session(begin: () => void, begunAt: number | null, before: FeedResult | null): Promise<FeedResult> {
    const startedAt = Date.now();
    const done = { messages: 0, bytes: 0 };
    const told = (p: FeedProgress) => {
      Object.assign(done, { messages: p.done, bytes: p.bytes });
      const fetched = before?.fetched ?? 0;
      this.#deps.events.onProgress?.({
        ...{ done: fetched + p.done, total: fetched + p.total },
        ...{ bytes: (before?.bytes ?? 0) + p.bytes, finished: false },
      });
    };
    try {
      const first = { isFirst: begunAt === null && before === null, begunAt };
      const result = await this.#connected(begin, first, told);
      await this.#remember({ startedAt, ...done, deleted: result.deleted, error: null });
      return result;
    } catch (error) {
      const stopped = this.#signal().aborted ? new RequestError('stopped', 'stopped before its end') : null;
      await this.#remember({ startedAt, ...done, deleted: 0, error: stopped ?? error });
      throw error;
    }
  }

  async #connected(
    begin: () => void,
    first: Pick<FeedRun, 'isFirst' | 'begunAt'>,
    onProgress: (progress: FeedProgress) => void,
  ): Promise<FeedResult> {
    this.#isListed = false;
    return this.#maildrop.open(this.#signal(), (client, store) => {
      const onListed = () => {
        this.#isListed = true;
        begin();
      };
      const policy = policyOf(this.#deps.settings, client.capabilities);
      const onBroken = (uidl: string) => {
        if (!this.#signal().aborted) this.#brokenOff.add(uidl, Date.now());
      };
      const run = {
        policy,
        ...first,
        brokenOff: this.#brokenOff,
        now: Date.now,
        onListed,
        onProgress,
        onBroken,
      };
      return runFeed(client, store, run);
    });
  }

  async #remember(session: {
    startedAt: number;
    messages: number;
    bytes: number;
    deleted: number;
    error: unknown;
  }): Promise<void> {
    const { history, settings } = this.#deps;
    const { startedAt, error, ...counts } = session;
    const known = error === null ? null : mailErrorOf(error);
    const minutes = settings.intervalMinutes;
    this.#inUse = known?.code === 'maildropInUse' ? this.#inUse + 1 : 0;
    const next = this.#inUse > 0 ? this.#inUseMs() : minutes * 60_000;
    await history.add({
      ...counts,
      ...{ started_at: startedAt, ended_at: Date.now() },
      ...{ code: known?.code ?? null, server_text: known?.serverText ?? null },
      expire_days: this.#maildrop.expireDays,
      login_delay: this.#maildrop.loginDelayMs / 1000,
      next_at: next === 0 ? null : startedAt + Math.max(next, this.#maildrop.loginDelayMs),
    });
  }

  #succeeded({ fetched, bytes, deleted, refused }: FeedResult): void {
    // Asked for when the last session was over and this was not.
    const again = this.#again && this.#maildrop.loginDelayMs === 0 && !this.#signal().aborted;
    this.#ended();
    log.info('feed.finished', { accountId: this.#deps.accountId, fetched, bytes, deleted, refused });
    this.#deps.events.onProgress?.({ done: fetched, total: fetched, bytes, finished: true });
    this.#setStatus({ connection: 'ready', since: null, error: null });
    if (again) this.collect().catch((error) => log.debug('feed.again', errorFields(error)));
  }

  #ended(): void {
    this.#run = null;
    this.#isListed = false;
  }

  #failed(error: unknown): void {
    this.#ended();
    const stopped = this.#signal().aborted;
    log.warn('feed.failed', { accountId: this.#deps.accountId, stopped, ...errorFields(error) });
    this.#deps.events.onProgress?.({ done: 0, total: 0, bytes: 0, finished: true });
    // Whoever asked too soon is told; nothing is wrong with the account.
    if (stopped || error instanceof TooSoon) return;
    const known = mailErrorOf(error);
    if (known.code === 'maildropInUse') this.#later(this.#inUseMs(), () => this.collectUnlessPaused());
    this.#setStatus({
      connection: connectionAfter(known),
      since: this.#status.since ?? Date.now(),
      error: known,
    });
    this.#tellPause().catch((failure) => log.warn('feed.pause', errorFields(failure)));
  }

  #inUseMs(): number {
    return Math.min(IN_USE_RETRY_MS * 2 ** Math.max(0, this.#inUse - 1), IN_USE_MOST_MS);
  }

  #later(ms: number, work: () => Promise<void>): void {
    if (this.#retry || this.#stop.signal.aborted) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      work().catch((error) => log.debug('feed.retry', errorFields(error)));
    }, ms);
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
