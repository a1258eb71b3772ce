/** What one `write` has done so far: the counter it takes values from, and what is to be settled before the commit. */

import type { Transaction } from 'kysely';
import type { DialectName } from '@/lib/db/migration';
import type { IndexTables } from '@/lib/db/tables/index';
import { RequestError } from '@/lib/errors';
import type { Id, TypeName } from '@/lib/jmap/types';
import type { AccountRow } from './account-row';

export interface MailboxCounts {
  emails: number;
  unread: number;
  threads: number;
  unreadThreads: number;
}

export class Batch {
  readonly db: Transaction<IndexTables>;
  readonly dialect: DialectName;
  /** The key of the account. */
  readonly account: number;
  readonly types = new Set<TypeName>();
  /** Emails whose locations changed: what follows from that is worked out once, at the end. */
  readonly dirtyEmails = new Set<number>();
  /** Threads that gained, lost or rearranged Emails. */
  readonly dirtyThreads = new Set<number>();
  readonly #counts = new Map<number, MailboxCounts>();
  readonly #mailboxKeys = new Map<Id, number>();
  #sent: number | null | undefined;
  #counter: number;
  #details: number;
  /** Something was destroyed: the tombstones may have to be pruned. */
  destroyed = 0;

  constructor(db: Transaction<IndexTables>, dialect: DialectName, account: AccountRow) {
    this.db = db;
    this.dialect = dialect;
    this.account = account.key;
    this.#counter = account.counter;
    this.#details = account.details;
  }

  get counter(): number {
    return this.#counter;
  }

  get details(): number {
    return this.#details;
  }

  /** Every changed object takes a value of its own, so that `changes` can be cut at any row. */
  next(type: TypeName): number {
    this.types.add(type);
    this.#counter += 1;
    return this.#counter;
  }

  /** A column by which lists are sorted changed without a change of state. */
  detailsChanged(): void {
    this.#details += 1;
  }

  counts(mailbox: number): MailboxCounts {
    let counts = this.#counts.get(mailbox);
    if (counts === undefined) {
      counts = { emails: 0, unread: 0, threads: 0, unreadThreads: 0 };
      this.#counts.set(mailbox, counts);
    }
    return counts;
  }

  /** Of a mailbox that is gone. */
  dropCounts(mailbox: number): void {
    this.#counts.delete(mailbox);
  }

  /** The differences since this was last called. */
  takeCounts(): [mailbox: number, MailboxCounts][] {
    const all = [...this.#counts];
    this.#counts.clear();
    return all;
  }

  /** @throws notFound */
  async mailboxKey(id: Id): Promise<number> {
    const known = this.#mailboxKeys.get(id);
    if (known !== undefined) return known;
    const row = await this.db
      .selectFrom('mailbox')
      .select('key')
      .where('account', '=', this.account)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) throw new RequestError('notFound', `No such mailbox: ${id}`);
    this.#mailboxKeys.set(id, row.key);
    return row.key;
  }

  /** Where sent mail lies, or null. */
  async sentMailbox(): Promise<number | null> {
    if (this.#sent === undefined) {
      const row = await this.db
        .selectFrom('mailbox')
        .select('key')
        .where('account', '=', this.account)
        .where('role', '=', 'sent')
        .executeTakeFirst();
      this.#sent = row?.key ?? null;
    }
    return this.#sent;
  }

  /** The first of so many new uids of a local mailbox. */
  async takeUids(mailbox: number, count: number): Promise<number> {
    const row = await this.db
      .updateTable('mailbox')
      .set((update) => ({ next_uid: update('next_uid', '+', count) }))
      .where('key', '=', mailbox)
      .returning('next_uid')
      .executeTakeFirstOrThrow();
    return row.next_uid - count;
  }

  mailboxChanged(): void {
    this.#sent = undefined;
  }

  forgetMailbox(id: Id): void {
    this.#mailboxKeys.delete(id);
  }
}
