/** Table pop_uidl: what is known of each message of a POP3 maildrop, across sessions. */
import type { Kysely } from 'kysely';
import type { StoredBlob } from '@/lib/db/blob-store';
import { insertRows, type Value } from '@/lib/db/insert-rows';
import type { FeedTables, PopUidlTable, UidlState } from '@/lib/db/tables/feed';
import type { Id } from '@/lib/jmap/types';
import type { LedgerEntry, Listing } from '@/lib/pop3/feed-store';
import type { FeedLease } from '@/lib/source/local/feed-lease';

/** Values of one statement, far below the limits of both databases. */
const BATCH = 500;
export const COLUMNS = [
  ...['account_id', 'uidl', 'size', 'state', 'sha256', 'email_id'],
  ...['first_seen', 'stored_at', 'dele_sent_at', 'keep'],
];
/** On a conflict: of another message under the same UIDL the age counts from now on. */
export const FIRST_SEEN = `first_seen = case when pop_uidl.size <> excluded.size or pop_uidl.state = 'deleted'
  or (pop_uidl.state = 'seen' and pop_uidl.sha256 <> excluded.sha256) then excluded.first_seen else pop_uidl.first_seen end`;

export interface StoredMessage {
  listing: Listing;
  sha256: string;
  emailId: Id;
  /** `listed`: only its headers are here. */
  state: 'stored' | 'listed';
}

/** A message that is here whole. */
export type KeptContent = Pick<PopUidlTable, 'uidl' | 'size'> & { sha256: string; email_id: Id };

export interface Placed {
  emailId: Id;
  /** Where it was put when it came; null: destroyed since, or nobody knows. */
  mailboxId: Id | null;
}

export type LedgerContent = Pick<PopUidlTable, 'uidl' | 'state' | 'size' | 'sha256' | 'email_id'>;

export class Ledger {
  readonly #accountId: Id;
  readonly #db: Kysely<FeedTables>;

  constructor(accountId: Id, db: Kysely<FeedTables>) {
    this.#accountId = accountId;
    this.#db = db;
  }

  async entries(): Promise<Map<string, LedgerEntry>> {
    const rows = await this.#db
      .selectFrom('pop_uidl')
      .select(['uidl', 'state', 'size', 'first_seen', 'keep'])
      .where('account_id', '=', this.#accountId)
      .execute();
    return new Map(
      rows.map(({ uidl, state, size, first_seen, keep }) => [
        uidl,
        { state, size, firstSeen: first_seen, keep: keep === 1 },
      ]),
    );
  }

  async seen(wanted: Listing[], skipped: Listing[], now: number): Promise<void> {
    if (wanted.length + skipped.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      const rows = [
        ...wanted.map((listing) => ledgerRow(this.#accountId, listing, 'seen', now)),
        ...skipped.map((listing) => ledgerRow(this.#accountId, listing, 'skipped', now)),
      ];
      await insertRows(transaction, 'pop_uidl', COLUMNS, rows, 'on conflict do nothing');
    });
  }

  /** In the transaction that makes them durable. */
  async stored(transaction: Kysely<FeedTables>, messages: StoredMessage[], now: number): Promise<void> {
    const rows = messages.map((message) =>
      ledgerRow(this.#accountId, message.listing, message.state, now, message),
    );
    await insertRows(
      transaction,
      'pop_uidl',
      COLUMNS,
      rows,
      `on conflict (account_id, uidl) do update set state = excluded.state, size = excluded.size,
         sha256 = excluded.sha256, email_id = excluded.email_id, stored_at = excluded.stored_at, dele_sent_at = null,
         ${FIRST_SEEN}`,
    );
  }

  /** The rows that hold these bytes already, under whatever UIDL. */
  async withContent(sha256s: string[]): Promise<LedgerContent[]> {
    if (sha256s.length === 0) return [];
    return this.#db
      .selectFrom('pop_uidl')
      .select(['uidl', 'state', 'size', 'sha256', 'email_id'])
      .where('account_id', '=', this.#accountId)
      .where('sha256', 'in', sha256s)
      .execute();
  }

  /** Those of which all is here, of these sizes as the server told them. */
  async ofSizes(sizes: number[]): Promise<KeptContent[]> {
    if (sizes.length === 0) return [];
    const rows = await this.#db
      .selectFrom('pop_uidl')
      .select(['uidl', 'size', 'sha256', 'email_id'])
      .where('account_id', '=', this.#accountId)
      .where('size', 'in', [...new Set(sizes)])
      .where('state', 'in', ['stored', 'delete-due'])
      .execute();
    return rows.flatMap(({ sha256, email_id, ...row }) =>
      sha256 === null || email_id === null ? [] : [{ ...row, sha256, email_id }],
    );
  }

  /** Known under other names; durable when it resolves. */
  async adopt(messages: StoredMessage[], lease: FeedLease, now: number): Promise<void> {
    if (messages.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      await lease.hold(transaction);
      await this.stored(transaction, messages, now);
    });
  }

  /** The server did not delete what it said it had: never asked again. */
  async keep(transaction: Kysely<FeedTables>, uidls: string[]): Promise<void> {
    if (uidls.length === 0) return;
    await transaction
      .updateTable('pop_uidl')
      .set({ keep: 1 })
      .where('account_id', '=', this.#accountId)
      .where('uidl', 'in', uidls)
      .execute();
  }

  /** null: nothing of it is here. */
  async emailIdOf(uidl: string): Promise<Id | null> {
    return (await this.placed([uidl])).get(uidl)?.emailId ?? null;
  }

  /** Of an Email that came without its body. */
  async listedUidl(emailId: Id): Promise<string | null> {
    const row = await this.#db
      .selectFrom('pop_uidl')
      .select('uidl')
      .where('account_id', '=', this.#accountId)
      .where('email_id', '=', emailId)
      .where('state', '=', 'listed')
      .executeTakeFirst();
    return row?.uidl ?? null;
  }

  /** Of which only the headers are here. */
  async listedAmong(uidls: string[]): Promise<Set<string>> {
    if (uidls.length === 0) return new Set();
    const rows = await this.#db
      .selectFrom('pop_uidl')
      .select('uidl')
      .where('account_id', '=', this.#accountId)
      .where('uidl', 'in', uidls)
      .where('state', '=', 'listed')
      .execute();
    return new Set(rows.map(({ uidl }) => uidl));
  }

  /** Emails that came without their bodies: under this UIDL, or with this header block. */
  async listed(uidl: string, headerSha256: string): Promise<LedgerContent[]> {
    return this.#db
      .selectFrom('pop_uidl')
      .select(['uidl', 'state', 'size', 'sha256', 'email_id'])
      .where('account_id', '=', this.#accountId)
      .where('state', '=', 'listed')
      .where((either) => either.or([either('uidl', '=', uidl), either('sha256', '=', headerSha256)]))
      .execute();
  }

  /** What one that was fenced off would delete, the next one decides. */
  async setState(
    uidls: string[],
    state: 'seen' | 'delete-due' | 'deleted',
    lease: FeedLease,
    now: number,
  ): Promise<void> {
    if (uidls.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      await lease.hold(transaction);
      for (let at = 0; at < uidls.length; at += BATCH) {
        await transaction
          .updateTable('pop_uidl')
          .set(state === 'delete-due' ? { state, dele_sent_at: now } : { state })
          .where('account_id', '=', this.#accountId)
          .where('uidl', 'in', uidls.slice(at, at + BATCH))
          .execute();
      }
    });
  }

  /**
   * Stored, and either its bytes are all there or the user has destroyed the Email since. What should be there and is
   * not stays on the server, as does what has just been destroyed here by its age (`keep`). @returns what is kept of each by name and size; null: nothing
   */
  async verified(uidls: string[]): Promise<Map<string, StoredBlob | null>> {
    const sound = new Map<string, StoredBlob | null>();
    for (let at = 0; at < uidls.length; at += BATCH) {
      const rows = await this.#db
        .selectFrom('pop_uidl')
        .leftJoin('local_email', (join) =>
          join
            .onRef('local_email.account_id', '=', 'pop_uidl.account_id')
            .onRef('local_email.email_id', '=', 'pop_uidl.email_id'),
        )
        .leftJoin('blob', 'blob.sha256', 'local_email.sha256')
        .select(['pop_uidl.uidl', 'blob.sha256', 'local_email.size as wanted', 'blob.size as found'])
        .where('pop_uidl.account_id', '=', this.#accountId)
        .where('pop_uidl.uidl', 'in', uidls.slice(at, at + BATCH))
        .where('pop_uidl.state', 'in', ['stored', 'delete-due'])
        .where('pop_uidl.keep', '=', 0)
        .execute();
      for (const { uidl, sha256, wanted, found } of rows) {
        if (wanted === null) sound.set(uidl, null);
        else if (sha256 !== null && wanted === found) sound.set(uidl, { sha256, size: wanted });
      }
    }
    return sound;
  }

  /** Where the messages went that are under these UIDLs. */
  async placed(uidls: string[]): Promise<Map<string, Placed>> {
    const found = new Map<string, Placed>();
    for (let at = 0; at < uidls.length; at += BATCH) {
      const rows = await this.#db
        .selectFrom('pop_uidl')
        .leftJoin('local_email', (join) =>
          join
            .onRef('local_email.account_id', '=', 'pop_uidl.account_id')
            .onRef('local_email.email_id', '=', 'pop_uidl.email_id'),
        )
        .select(['pop_uidl.uidl', 'pop_uidl.email_id', 'local_email.mailbox_id'])
        .where('pop_uidl.account_id', '=', this.#accountId)
        .where('pop_uidl.uidl', 'in', uidls.slice(at, at + BATCH))
        .execute();
      for (const { uidl, email_id, mailbox_id } of rows)
        if (email_id !== null) found.set(uidl, { emailId: email_id, mailboxId: mailbox_id });
    }
    return found;
  }

  /** These Emails go from here only, whatever the server is told of others. */
  async keepOnServer(emailIds: Id[]): Promise<void> {
    for (let at = 0; at < emailIds.length; at += BATCH) {
      await this.#db
        .updateTable('pop_uidl')
        .set({ keep: 1 })
        .where('account_id', '=', this.#accountId)
        .where('email_id', 'in', emailIds.slice(at, at + BATCH))
        .execute();
    }
  }
}

/** In the order of COLUMNS. */
export function ledgerRow(
  accountId: Id,
  { uidl, size, keep }: Listing,
  state: UidlState,
  now: number,
  stored?: { sha256: string; emailId: Id | null },
): Value[] {
  const { sha256 = null, emailId = null } = stored ?? {};
  return [accountId, uidl, size, state, sha256, emailId, now, stored ? now : null, null, keep ? 1 : 0];
}
