/**
 * Mail that comes as read by POP3 is marked as read at its provider, where the same address is an IMAP account here, too.
 * Beside the collecting, which does not wait for it; a server that is away is asked again, also after a restart.
 */
import type { Kysely } from 'kysely';
import { hasPassed } from '@/lib/clock';
import type { FeedTables } from '@/lib/db/tables/feed';
import { ConnectionError, RequestError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { ReadMarks } from '@/lib/source/local/read-marks';
import type { Account } from './account';
import type { Accounts } from './accounts';
import type { AccountRecord } from './record';

const TICK_MS = 60_000;
const PAGE = 500;
/** Unread messages that are looked through here, newest first; whether older ones are meant the server is asked, one by one. */
const MOST = 5_000;
const SEARCH_MS = 30_000;

export class ReadAtProvider {
  readonly #accounts: Accounts;
  readonly #db: Kysely<FeedTables>;
  readonly #running = new Map<Id, Promise<void>>();
  readonly #failedAt = new Map<Id, number>();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(accounts: Accounts, db: Kysely<FeedTables>) {
    this.#accounts = accounts;
    this.#db = db;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.tryDue(Date.now()).catch((error) => log.warn('read-marks.failed', errorFields(error)));
    }, TICK_MS).unref();
  }

  /** Nothing is begun any more. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#isStopped = true;
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Something of this account was stored. Where that did not work just now the timer goes on. */
  soon(accountId: Id): void {
    if (hasPassed(TICK_MS, this.#failedAt.get(accountId) ?? 0)) void this.#begin(accountId, Date.now);
  }

  /** Resolves when all that is due at that time was tried. */
  async tryDue(now: number): Promise<void> {
    for (const id of await ReadMarks.due(this.#db, now)) await this.#begin(id, () => now);
  }

  #begin(accountId: Id, now: () => number): Promise<void> {
    const running = this.#running.get(accountId);
    if (running || this.#isStopped) return running ?? Promise.resolve();
    const work = this.#try(accountId, now)
      .catch((error) => {
        this.#failedAt.set(accountId, Date.now());
        log.info('feed.not-marked-there', { accountId, ...errorFields(error) });
      })
      .finally(() => this.#running.delete(accountId));
    this.#running.set(accountId, work);
    return work;
  }

  /** null: it was removed. */
  async #recordOf(accountId: Id): Promise<AccountRecord | null> {
    try {
      return (await this.#accounts.open(accountId)).record;
    } catch (error) {
      if (error instanceof RequestError && error.code === 'notFound') return null;
      throw error;
    }
  }

  async #try(accountId: Id, now: () => number): Promise<void> {
    const marks = new ReadMarks(accountId, this.#db);
    const record = await this.#recordOf(accountId);
    if (!record) return marks.clear();
    while (!this.#isStopped) {
      const messageIds = await marks.take(now());
      if (messageIds.length === 0) return;
      if (!(await markRead(this.#accounts, record, new Set(messageIds)))) return marks.clear();
      await marks.done(messageIds, now());
      this.#failedAt.delete(accountId);
    }
  }
}

/** @returns whether the address is an IMAP account, too @throws what kept one of them from being marked */
async function markRead(
  accounts: Accounts,
  { userId, address }: AccountRecord,
  messageIds: ReadonlySet<string>,
): Promise<boolean> {
  const same = (await accounts.list(userId)).find(
    (one) => one.kind === 'imap' && one.address.toLowerCase() === address.toLowerCase(),
  );
  if (!same) return false;
  const account = await accounts.openOwned(userId, same.id);
  const release = account.hold();
  try {
    const inbox = (await account.mailboxes()).find(({ role }) => role === 'inbox');
    if (inbox) await markIn(account, inbox.id, messageIds);
    return true;
  } finally {
    release();
  }
}

async function markIn(account: Account, inbox: Id, messageIds: ReadonlySet<string>): Promise<void> {
  await account.source.refreshMailbox(inbox, PAGE);
  await account.source.filled?.();
  const wire = (await account.index.mailbox(inbox))?.wire;
  // What is not listed yet must not be taken for what is not there.
  if (wire && wire.filledDownTo !== 1 && account.record.settings.imap.windowDays === null)
    throw new ConnectionError('connectionLost', 'the list is not complete');
  const ids = await unreadAmong(account, inbox, messageIds);
  if (ids.length === 0) return;
  const seen = { addKeywords: ['$seen'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
  const outcome = await account.write((source) => source.updateEmails(ids.map((id) => ({ id, ...seen }))));
  for (const error of outcome.values()) if (error && error.code !== 'notFound') throw error;
}

async function unreadAmong(account: Account, inbox: Id, messageIds: ReadonlySet<string>): Promise<Id[]> {
  const found = new Map<string, Id[]>();
  let isEnd = false;
  for (let position = 0; position < MOST && !isEnd; position += PAGE) {
    const { ids } = await account.index.query({
      filter: { inMailbox: inbox, notKeyword: '$seen' },
      sort: [{ property: 'receivedAt', isAscending: false }],
      ...{ collapseThreads: false, position, anchor: null, anchorOffset: 0, limit: PAGE },
    });
    for (const { id, messageId } of await named(account, ids))
      if (messageIds.has(messageId)) found.set(messageId, [...(found.get(messageId) ?? []), id]);
    isEnd = ids.length < PAGE;
  }
  const isAll = isEnd && account.record.settings.imap.windowDays === null;
  const missing = isAll ? [] : [...messageIds].filter((messageId) => !found.has(messageId));
  for (const messageId of missing) found.set(messageId, await unreadAtServer(account, inbox, messageId));
  return [...found.values()].flat();
}

/** Older than what is looked through, or than what the index holds. */
async function unreadAtServer(account: Account, inbox: Id, messageId: string): Promise<Id[]> {
  const signal = AbortSignal.timeout(SEARCH_MS);
  const { emailIds } = await account.source.search({ header: ['Message-ID', messageId] }, [inbox], signal);
  if (signal.aborted) throw new ConnectionError('connectionLost', 'the search took too long');
  const rows = await named(account, emailIds);
  // A search finds what only contains it, too.
  const same = rows.filter((row) => row.messageId === messageId);
  return same.filter(({ keywords }) => !keywords.includes('$seen')).map(({ id }) => id);
}

async function named({ index }: Account, ids: Id[]) {
  const rows = await index.emails(ids, { withoutStructure: true });
  return rows.map(({ id, keywords, headers }) => ({
    id,
    keywords,
    messageId: headers?.messageId?.[0] ?? '',
  }));
}
