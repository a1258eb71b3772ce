/** Moves of all users: started, paused, gone on with after a restart, repeated by the timer. */
import type { Kysely } from 'kysely';
import type { Accounts } from '@/lib/account/accounts';
import { destinationOf } from '@/lib/account/destination';
import { hasPassed } from '@/lib/clock';
import type { BlobStore } from '@/lib/db/blob-store';
import type { FeedTables, MoveTable } from '@/lib/db/tables/feed';
import { ConnectionError, MailError, RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { FeedLease } from '@/lib/source/local/feed-lease';
import { type Counts, MoveStore, type NewMove } from './move-store';
import { runMove } from './run-move';

const TICK_MS = 10_000;
const SLICE = 200;
const MOST = 20;

export interface MoveView {
  id: Id;
  from: Id;
  to: Id;
  fromMailboxId: Id | null;
  toMailboxId: Id | null;
  everyMinutes: number | null;
  state: MoveTable['state'];
  code: string | null;
  counts: Counts;
}

export class Moves {
  readonly #db: Kysely<FeedTables>;
  readonly #store: MoveStore;
  readonly #accounts: Accounts;
  readonly #blobs: BlobStore;
  readonly #running = new Map<Id, { stop: AbortController; finished: Promise<void> }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(accounts: Accounts, db: Kysely<FeedTables>, blobs: BlobStore) {
    this.#accounts = accounts;
    this.#blobs = blobs;
    this.#db = db;
    this.#store = new MoveStore(db);
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
    // What a process that was killed left goes on at once.
    this.#tick();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ finished }) => finished));
  }

  async list(userId: string): Promise<MoveView[]> {
    return Promise.all((await this.#store.of(userId)).map((move) => this.#view(move)));
  }

  /** @throws notFound, invalidArguments, limitExceeded */
  async add(move: NewMove): Promise<MoveView> {
    const { user_id, from_account, to_account } = move;
    for (const id of [from_account, to_account]) await this.#accounts.openOwned(user_id, id);
    if (from_account === to_account) {
      throw new RequestError('invalidArguments', 'into itself', { params: { properties: 'to' } });
    }
    if ((await this.#store.of(user_id)).length >= MOST) {
      throw new RequestError('limitExceeded', 'too many moves', { params: { max: MOST } });
    }
    const row = await this.#store.add(move);
    this.#begin(row);
    return this.#view(row);
  }

  /** @throws notFound */
  async pause(userId: string, id: Id): Promise<MoveView> {
    await this.#store.own(userId, id);
    await this.#store.set(id, { state: 'paused' });
    const running = this.#running.get(id);
    running?.stop.abort();
    await running?.finished;
    return this.#view(await this.#store.own(userId, id));
  }

  /** Goes on, or looks once more for what came since. @throws notFound */
  async resume(userId: string, id: Id): Promise<MoveView> {
    await this.#store.own(userId, id);
    await this.#store.retry(id);
    await this.#store.set(id, { state: 'running', code: null });
    const move = await this.#store.own(userId, id);
    this.#begin(move);
    return this.#view(move);
  }

  /** What is copied stays. @throws notFound */
  async remove(userId: string, id: Id): Promise<void> {
    await this.pause(userId, id);
    await this.#store.remove(id);
  }

  /** Only what is in the other account with each of its bytes. @throws notFound, stateMismatch before a clean end */
  async deleteSource(userId: string, id: Id): Promise<MoveView> {
    const move = await this.#store.own(userId, id);
    const { seen, tried, copied, refused } = await this.#store.counts(id);
    if (move.state !== 'done' || seen + tried + copied + refused > 0) {
      throw new RequestError('stateMismatch', 'not all of it is in the other account');
    }
    const from = await this.#accounts.openOwned(userId, move.from_account);
    for (;;) {
      const page = await this.#store.items(id, ['verified'], '', SLICE);
      if (page.length === 0) return this.#view(move);
      const results = await from.write((source) =>
        source.destroyEmails(page.map(({ email_id }) => email_id)),
      );
      for (const [emailId, error] of results) {
        if (error && error.code !== 'notFound') throw error;
        await this.#store.setItem(id, emailId, { state: 'deleted' });
      }
    }
  }

  /** Resolves when nothing of it goes on in this process. */
  async idle(id: Id): Promise<void> {
    await this.#running.get(id)?.finished;
  }

  #tick(): void {
    this.#beginDue(Date.now()).catch((error) => log.warn('moves.failed', errorFields(error)));
  }

  async #beginDue(now: number): Promise<void> {
    for (const move of await this.#store.running()) {
      const wait = move.ran_at === null || move.every_minutes === null ? 0 : move.every_minutes * 60_000;
      if (!hasPassed(wait, move.ran_at ?? 0, now) || this.#running.has(move.id)) continue;
      if (!(await new FeedLease(move.id, this.#db).isHeldElsewhere())) this.#begin(move);
    }
  }

  #begin(move: MoveTable): void {
    if (this.#running.has(move.id)) return;
    const stop = new AbortController();
    const finished = this.#run(move, stop.signal).finally(() => this.#running.delete(move.id));
    this.#running.set(move.id, { stop, finished });
  }

  async #run(move: MoveTable, signal: AbortSignal): Promise<void> {
    const lease = new FeedLease(move.id, this.#db);
    try {
      // An APPEND that is under way cannot be fenced off. Should that process be dead, the timer goes on with it.
      if (!(await lease.takeFree())) return;
      await this.#pass(move, lease, signal);
      // What repeats stays running, and the timer starts it again.
      const state = move.every_minutes === null ? 'done' : 'running';
      await this.#store.finish(move.id, { state, code: null, ran_at: Date.now() });
    } catch (error) {
      // Whoever goes on with it tells what became of it.
      if (signal.aborted || (await lease.isHeldElsewhere())) return;
      log.warn('move.failed', { moveId: move.id, ...errorFields(error) });
      const code = error instanceof MailError ? error.code : 'serverFail';
      const state = move.every_minutes === null ? 'failed' : 'running';
      await this.#store.finish(move.id, { state, code, ran_at: Date.now() });
    } finally {
      await lease.release();
    }
  }

  async #pass(move: MoveTable, lease: FeedLease, signal: AbortSignal): Promise<void> {
    const from = await this.#accounts.openOwned(move.user_id, move.from_account);
    const to = await this.#accounts.openOwned(move.user_id, move.to_account);
    const releases = [from.hold(), to.hold()];
    try {
      const destination = destinationOf(this.#accounts, this.#blobs, move.user_id, move.to_account);
      const hold = async () => {
        await lease.hold(this.#db);
        if (await this.#store.isRunning(move.id)) return;
        throw new ConnectionError('connectionLost', 'another process has paused or removed it');
      };
      await runMove({ move, store: this.#store, blobs: this.#blobs, from, to, destination, signal, hold });
    } finally {
      for (const release of releases) release();
    }
  }

  async #view(move: MoveTable): Promise<MoveView> {
    return {
      ...{ id: move.id, from: move.from_account, to: move.to_account },
      ...{ fromMailboxId: move.from_mailbox, toMailboxId: move.to_mailbox },
      ...{ everyMinutes: move.every_minutes, state: move.state, code: move.code },
      counts: await this.#store.counts(move.id),
    };
  }
}
