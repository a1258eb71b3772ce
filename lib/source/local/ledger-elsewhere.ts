/** What the ledger knows of a maildrop of which the mail goes into another account: nothing of it is here. */
import type { Kysely } from 'kysely';
import { putSmallBlobsAnew } from '@/lib/db/blob-store-rows';
import { insertRows } from '@/lib/db/insert-rows';
import type { FeedTables, PopUidlTable } from '@/lib/db/tables/feed';
import type { Id } from '@/lib/jmap/types';
import type { FeedLease } from '@/lib/source/local/feed-lease';
import { COLUMNS, FIRST_SEEN, ledgerRow, type StoredMessage } from '@/lib/source/local/ledger';

/** A message that is in another account. */
type KeptElsewhere = Pick<PopUidlTable, 'uidl' | 'size'> & { sha256: string; header_sha256: string };

/** What is noted of it. */
type StoredElsewhere = Pick<StoredMessage, 'listing' | 'sha256'> & { headerSha256: string | null };

export class ElsewhereLedger {
  readonly #accountId: Id;
  readonly #db: Kysely<FeedTables>;

  constructor(accountId: Id, db: Kysely<FeedTables>) {
    this.#accountId = accountId;
    this.#db = db;
  }

  /** Those that were put into another account, of these sizes as the server told them. */
  async ofSizes(sizes: number[]): Promise<KeptElsewhere[]> {
    if (sizes.length === 0) return [];
    const rows = await this.#db
      .selectFrom('pop_uidl')
      .select(['uidl', 'size', 'sha256', 'header_sha256'])
      .where('account_id', '=', this.#accountId)
      .where('size', 'in', [...new Set(sizes)])
      .where('state', 'in', ['stored', 'delete-due'])
      .where('email_id', 'is', null)
      .execute();
    return rows.flatMap(({ sha256, header_sha256, ...row }) =>
      sha256 === null || header_sha256 === null ? [] : [{ ...row, sha256, header_sha256 }],
    );
  }

  /** Before they are put into another account. @returns those of which that was tried before */
  async try(uidls: string[], lease: FeedLease, now: number): Promise<Set<string>> {
    return this.#db.transaction().execute(async (transaction) => {
      await lease.hold(transaction);
      const tried = await transaction
        .selectFrom('pop_uidl')
        .select('uidl')
        .where('account_id', '=', this.#accountId)
        .where('uidl', 'in', uidls)
        .where('tried_at', 'is not', null)
        .execute();
      await transaction
        .updateTable('pop_uidl')
        .set({ tried_at: now })
        .where('account_id', '=', this.#accountId)
        .where('uidl', 'in', uidls)
        .execute();
      return new Set(tried.map(({ uidl }) => uidl));
    });
  }

  /** They are in another account; nothing of them is here. */
  async stored(
    messages: StoredElsewhere[],
    now: number,
    also: (transaction: Kysely<FeedTables>) => Promise<void>,
  ): Promise<void> {
    if (messages.length === 0) return;
    const rows = messages.map((message) => [
      ...ledgerRow(this.#accountId, message.listing, 'stored', now, { ...message, emailId: null }),
      message.headerSha256,
    ]);
    await this.#db.transaction().execute(async (transaction) => {
      await insertRows(
        transaction,
        'pop_uidl',
        [...COLUMNS, 'header_sha256'],
        rows,
        `on conflict (account_id, uidl) do update set keep = case when pop_uidl.state = 'deleted'
           and pop_uidl.sha256 = excluded.sha256 then 1 else pop_uidl.keep end, state = excluded.state,
           size = excluded.size, sha256 = excluded.sha256, header_sha256 = excluded.header_sha256, email_id = null, stored_at = excluded.stored_at,
           dele_sent_at = null, tried_at = null, ${FIRST_SEEN}`,
      );
      await also(transaction);
    });
  }

  /** In the place of bytes that are damaged; large ones were put there as they came. */
  mend(sha256: string, data: Buffer): Promise<void> {
    return putSmallBlobsAnew(this.#db, [{ sha256, data }]);
  }

  /** @throws connectionLost when another process works on this maildrop by now */
  hold(lease: FeedLease): Promise<void> {
    return lease.hold(this.#db);
  }
}
