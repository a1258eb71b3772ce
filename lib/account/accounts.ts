/** All open accounts of this process: opened when asked for, closed when nobody needs them. */
import { isDeepStrictEqual } from 'node:util';
import { RequestError } from '@/lib/errors';
import type { Id, State, TypeName } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { SourceEvents, SourceStatus } from '@/lib/source/source';
import { Account, type AccountParts } from './account';
import type { Hub } from './hub';
import type { AccountRecord } from './record';
import type { ServerOffers } from './server-offers';

/** gateway.md 4: the engine of an account is closed after ten minutes without a client. */
const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

export interface AccountsDeps {
  /** @throws notFound */
  record(id: Id): Promise<AccountRecord>;
  recordsOf(userId: string): Promise<AccountRecord[]>;
  assemble(record: AccountRecord, events: SourceEvents): Promise<AccountParts>;
  hub: Hub;
  offers: ServerOffers;
  /** Mail came, went or changed. */
  onMail(account: Account): void;
}

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #open = new Map<Id, Promise<Account>>();
  readonly #opened = new Map<Id, Account>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
    deps.hub.onAudience((userId) => this.#audienceChanged(userId));
  }

  list(userId: string): Promise<AccountRecord[]> {
    return this.#deps.recordsOf(userId);
  }

  /** The one place where ownership is checked: an account of somebody else is not found (security.md S19). */
  async openOwned(userId: string, accountId: Id): Promise<Account> {
    const record = this.#opened.get(accountId)?.record ?? (await this.#deps.record(accountId));
    if (record.userId !== userId) throw new RequestError('notFound', 'There is no such account');
    return this.open(accountId);
  }

  async open(accountId: Id): Promise<Account> {
    const opening = this.#open.get(accountId) ?? this.#start(accountId);
    const account = await opening;
    account.touch();
    return account;
  }

  /** Behind whatever goes on: a failure shows when the account is used. */
  prepare(accountId: Id): void {
    this.open(accountId)
      .then((account) => account.prepare())
      .catch(logFailure);
  }

  /** null: not open, so nobody knows. */
  opened(accountId: Id): Account | null {
    return this.#opened.get(accountId) ?? null;
  }

  /** All that are open now. */
  allOpened(): Iterable<Account> {
    return this.#opened.values();
  }

  /** It is new, its record or password changed, or it was removed (`owner`): the next use starts anew, and streams tell it. */
  async changed(accountId: Id, owner?: string): Promise<void> {
    const stopped = await this.#stop(accountId);
    const userId = owner ?? (stopped?.record ?? (await this.#recordOf(accountId)))?.userId;
    if (userId === undefined) return;
    this.#deps.hub.publish(userId, accountId, { Account: stamp() });
    this.#audienceChanged(userId);
  }

  /** At another node: what is open here by the record before starts anew, above all a feed that is to delete no more. */
  async changedElsewhere(accountId: Id): Promise<void> {
    const account = this.#opened.get(accountId);
    if (!account) return;
    const record = await this.#recordOf(accountId);
    if (isDeepStrictEqual(record, account.record)) return;
    await this.#stop(accountId);
    if (record) this.#audienceChanged(record.userId);
  }

  /** What the session object tells of it is new. */
  told({ userId, id }: AccountRecord): void {
    this.#deps.hub.publish(userId, id, { Account: stamp() });
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#open.keys()].map((id) => this.#stop(id)));
  }

  /** null: it was removed. */
  async #recordOf(accountId: Id): Promise<AccountRecord | null> {
    try {
      return await this.#deps.record(accountId);
    } catch (error) {
      if (error instanceof RequestError && error.code === 'notFound') return null;
      throw error;
    }
  }

  #start(accountId: Id): Promise<Account> {
    const opening = this.#assemble(accountId);
    this.#open.set(accountId, opening);
    opening.catch(() => {
      if (this.#open.get(accountId) === opening) this.#open.delete(accountId);
    });
    return opening;
  }

  async #assemble(accountId: Id): Promise<Account> {
    const record = await this.#deps.record(accountId);
    const publish = (states: Partial<Record<TypeName, State>>) =>
      this.#deps.hub.publish(record.userId, accountId, states);
    const { offers } = this.#deps;
    const tellIf = (isNews: boolean) => isNews && publish({ Account: stamp() });
    const parts = await this.#deps.assemble(record, {
      onStatus: (status) => {
        logStatus(accountId, status);
        publish({ Account: stamp() });
      },
      onProgress: (progress) => {
        const account = this.#opened.get(accountId);
        if (account) account.progress = progress.finished ? null : progress;
        publish({ Account: stamp() });
      },
      onAnnounced: (words) => void offers.announced(record, words).then(tellIf, logFailure),
      onRefused: (capability) => void offers.refused(record, capability).then(() => tellIf(true), logFailure),
    });
    parts.index.onChange((types, state) => publish(Object.fromEntries(types.map((type) => [type, state]))));
    const account = new Account(record, parts);
    this.#opened.set(accountId, account);
    parts.index.onChange((types) => {
      if (types.includes('Email')) this.#deps.onMail(account);
    });
    account.setAudience(this.#deps.hub.isListening(record.userId));
    return account;
  }

  async #stop(accountId: Id): Promise<Account | null> {
    const opening = this.#open.get(accountId);
    if (!opening) return null;
    this.#open.delete(accountId);
    // One that could not be opened has nothing to close; whoever asked for it was told why.
    const account = await opening.catch(() => null);
    // Meanwhile another may have been opened in its place.
    if (account && this.#opened.get(accountId) === account) this.#opened.delete(accountId);
    await account?.close();
    return account;
  }

  #audienceChanged(userId: string): void {
    const listening = this.#deps.hub.isListening(userId);
    for (const account of this.#opened.values()) {
      if (account.record.userId === userId) account.setAudience(listening);
    }
    if (listening) this.#openAll(userId).catch(logFailure);
  }

  /** Who listens wants the news of all accounts, also of those that no request has touched yet. */
  async #openAll(userId: string): Promise<void> {
    for (const { id } of await this.list(userId)) this.open(id).catch(logFailure);
  }

  #sweep(): void {
    const before = Date.now() - IDLE_MS;
    for (const [id, account] of this.#opened) {
      const isNeeded = account.isBusy || this.#deps.hub.isListening(account.record.userId);
      if (isNeeded || account.usedAt > before) continue;
      this.#stop(id).catch(logFailure);
    }
  }
}

/** Only ever compared for equality: "the session is to be read again". */
function stamp(): State {
  return Date.now().toString(36);
}

function logFailure(error: unknown): void {
  log.warn('account.failed', errorFields(error));
}

function logStatus(accountId: Id, status: SourceStatus): void {
  log.info('account.status', { accountId, connection: status.connection, code: status.error?.code });
}
