/** Mail that goes by itself: Trash and Junk after some days there, and the inbox beyond what the user wants to keep. */
import type { Kysely } from 'kysely';
import type { Retention } from '@/lib/account/record';
import { insertRows } from '@/lib/db/insert-rows';
import type { FeedTables } from '@/lib/db/tables/feed';
import { slices } from '@/lib/index/collect';
import type { AccountIndex } from '@/lib/index/types';
import type { EmailFilterCondition, Id } from '@/lib/jmap/types';
import type { EmailChanges } from '@/lib/source/local/email-changes';
import type { Ledger } from '@/lib/source/local/ledger';
import type { LocalMailboxes } from '@/lib/source/local/mailboxes';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Destroyed in one write. */
const SLICE = 200;
/** Of one kind at a time; the rest goes an hour later. */
const MOST = 5_000;

export interface LocalRetentionDeps {
  accountId: Id;
  index: AccountIndex;
  db: Kysely<FeedTables>;
  ledger: Ledger;
  changes: EmailChanges;
  mailboxes: LocalMailboxes;
  settings: Retention;
}

export class LocalRetention {
  readonly #deps: LocalRetentionDeps;

  constructor(deps: LocalRetentionDeps) {
    this.#deps = deps;
  }

  /** For a timer. Nothing goes from a mail server by this. */
  async expire(now: number): Promise<void> {
    const { mailboxes, settings } = this.#deps;
    await mailboxes.ensure();
    await this.#empty(mailboxes.roleId('trash'), settings.trashDays, now);
    await this.#empty(mailboxes.roleId('junk'), settings.junkDays, now);
    const inbox = mailboxes.roleId('inbox');
    if (settings.keepDays !== null) {
      const before = new Date(now - settings.keepDays * DAY_MS).toISOString();
      await this.#clear(inbox, await this.#unflagged({ inMailbox: inbox, before }, 0));
    }
    if (settings.keepLast !== null) {
      await this.#clear(inbox, await this.#unflagged({ inMailbox: inbox }, settings.keepLast));
    }
  }

  /** Days count from the first time that it was seen there: moving into Trash leaves no date in the mail. */
  async #empty(mailboxId: Id, days: number | null, now: number): Promise<void> {
    const here = await this.#noted(mailboxId, now);
    if (days === null) return;
    const limit = now - days * DAY_MS;
    const old = [...here].filter(([, since]) => since <= limit).map(([emailId]) => emailId);
    await this.#clear(mailboxId, old.slice(0, MOST));
  }

  async #noted(mailboxId: Id, now: number): Promise<Map<Id, number>> {
    const { accountId, index, db } = this.#deps;
    const locations = await index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER);
    const present = new Set(locations.map(({ emailId }) => emailId));
    const rows = await db
      .selectFrom('local_expiry')
      .select(['email_id', 'since'])
      .where('account_id', '=', accountId)
      .where('mailbox_id', '=', mailboxId)
      .execute();
    const since = new Map(rows.map((row) => [row.email_id, row.since]));
    const gone = [...since.keys()].filter((emailId) => !present.has(emailId));
    const fresh = [...present].filter((emailId) => !since.has(emailId));
    for (const slice of slices(gone, SLICE)) {
      await db
        .deleteFrom('local_expiry')
        .where('account_id', '=', accountId)
        .where('mailbox_id', '=', mailboxId)
        .where('email_id', 'in', slice)
        .execute();
      for (const emailId of slice) since.delete(emailId);
    }
    const columns = ['account_id', 'mailbox_id', 'email_id', 'since'];
    const added = fresh.map((emailId) => [accountId, mailboxId, emailId, now]);
    await insertRows(db, 'local_expiry', columns, added, 'on conflict do nothing');
    for (const emailId of fresh) since.set(emailId, now);
    return since;
  }

  async #unflagged(condition: EmailFilterCondition, position: number): Promise<Id[]> {
    const { ids } = await this.#deps.index.query({
      filter: { ...condition, notKeyword: '$flagged' },
      sort: [{ property: 'receivedAt', isAscending: false }],
      ...{ collapseThreads: false, position, anchor: null, anchorOffset: 0, limit: MOST },
    });
    return ids;
  }

  /** Out of this mailbox; for ever what is in no other. */
  async #clear(mailboxId: Id, emailIds: Id[]): Promise<void> {
    const { ledger, changes } = this.#deps;
    for (const slice of slices(emailIds, SLICE)) {
      // Before: a session that runs meanwhile must not take it for the user's own wish.
      await ledger.keepOnServer(slice);
      await changes.clear(mailboxId, slice);
    }
  }
}
