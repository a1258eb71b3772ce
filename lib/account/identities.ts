/** Who an account sends as (RFC 8621 §6): the account's address at first, more by Identity/set. Rows last in gatepost.db. */
import { createHash, randomBytes } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { IdentityTable, JmapTables } from '@/lib/db/tables/jmap';
import { RequestError } from '@/lib/errors';
import type { Changes } from '@/lib/index/types';
import type { Id, Identity, OfOutgoing, State } from '@/lib/jmap/types';
import type { AccountRecord } from './record';

/** Signatures are inserted into each mail: more than this is not a signature. */
export const MAX_SIGNATURE = 100_000;
export const MAX_IDENTITIES = 100;

export type IdentityInput = Omit<Identity, 'id' | 'mayDelete' | OfOutgoing>;
type Db = Kysely<JmapTables> | Transaction<JmapTables>;

export class Identities {
  readonly #db: Kysely<JmapTables>;

  constructor(db: Kysely<JmapTables>) {
    this.#db = db;
  }

  /** The account's own address first. */
  async list(account: AccountRecord): Promise<Identity[]> {
    const rows = await this.#rows(account.id);
    if (rows.length > 0) return rows.filter((row) => row.destroyed === 0).map(toIdentity);
    await this.#insertDefault(account);
    return (await this.#rows(account.id)).map(toIdentity);
  }

  async state(accountId: Id): Promise<State> {
    return String(await highest(this.#db, accountId));
  }

  async create(account: AccountRecord, identity: IdentityInput): Promise<Identity> {
    const id = `i${randomBytes(8).toString('hex')}`;
    const known = await this.list(account);
    if (known.length >= MAX_IDENTITIES) {
      throw new RequestError('limitExceeded', 'too many identities', { params: { max: MAX_IDENTITIES } });
    }
    await this.#db.transaction().execute(async (db) => {
      const changed = (await highest(db, account.id)) + 1;
      const row = {
        ...toRow(identity),
        account_id: account.id,
        id,
        may_delete: 1,
        created: changed,
        changed,
        destroyed: 0,
      };
      await db.insertInto('identity').values(row).execute();
    });
    return { ...identity, id, mayDelete: true };
  }

  async update(accountId: Id, id: Id, identity: IdentityInput): Promise<void> {
    await this.#change(accountId, id, toRow(identity));
  }

  /** Something that each of them tells is another now. */
  async touch(accountId: Id): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const changed = (await highest(db, accountId)) + 1;
      await db
        .updateTable('identity')
        .set({ changed })
        .where('account_id', '=', accountId)
        .where('destroyed', '=', 0)
        .execute();
    });
  }

  async destroy(accountId: Id, id: Id): Promise<void> {
    await this.#change(accountId, id, { destroyed: 1 });
  }

  async changes(accountId: Id, sinceState: State, max: number): Promise<Changes> {
    const since = Number(sinceState);
    const now = await highest(this.#db, accountId);
    if (!/^\d{1,15}$/.test(sinceState) || since > now) {
      throw new RequestError('cannotCalculateChanges', 'This state was never given out');
    }
    const rows = (await this.#rows(accountId)).filter((row) => row.changed > since);
    rows.sort((a, b) => a.changed - b.changed);
    const told = rows.slice(0, max);
    const hasMoreChanges = told.length < rows.length;
    const newer = (row: Selectable<IdentityTable>) => row.created > since;
    return {
      oldState: sinceState,
      newState: String(hasMoreChanges ? (told.at(-1)?.changed ?? now) : now),
      hasMoreChanges,
      created: told.filter((row) => row.destroyed === 0 && newer(row)).map((row) => row.id),
      updated: told.filter((row) => row.destroyed === 0 && !newer(row)).map((row) => row.id),
      destroyed: told.filter((row) => row.destroyed === 1 && !newer(row)).map((row) => row.id),
    };
  }

  /** Also one that was destroyed since: what was sent as it is filed where it belongs. */
  async find(accountId: Id, id: Id): Promise<Identity | null> {
    const row = (await this.#rows(accountId)).find((one) => one.id === id);
    return row ? toIdentity(row) : null;
  }

  /** The account is gone for ever. */
  async forget(accountId: Id): Promise<void> {
    await this.#db.deleteFrom('identity').where('account_id', '=', accountId).execute();
  }

  #rows(accountId: Id) {
    return this.#db
      .selectFrom('identity')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created')
      .execute();
  }

  async #insertDefault(account: AccountRecord): Promise<void> {
    // The id follows from the address, so that two first requests at once make one identity.
    const hash = createHash('sha256').update(`${account.id} ${account.address}`).digest('hex');
    const identity = {
      name: '',
      email: account.address,
      replyTo: null,
      bcc: null,
      textSignature: '',
      htmlSignature: '',
    };
    await this.#db
      .insertInto('identity')
      .values({
        ...toRow(identity),
        account_id: account.id,
        id: `i${hash.slice(0, 16)}`,
        may_delete: 0,
        created: 1,
        changed: 1,
        destroyed: 0,
      })
      .onConflict((conflict) => conflict.columns(['account_id', 'id']).doNothing())
      .execute();
  }

  #change(accountId: Id, id: Id, values: Partial<IdentityTable>): Promise<void> {
    return this.#db.transaction().execute(async (db) => {
      const changed = (await highest(db, accountId)) + 1;
      const result = await db
        .updateTable('identity')
        .set({ ...values, changed })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .where('destroyed', '=', 0)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) throw new RequestError('notFound', 'There is no such identity');
    });
  }
}

async function highest(db: Db, accountId: Id): Promise<number> {
  const row = await db
    .selectFrom('identity')
    .select((select) => select.fn.max('changed').as('changed'))
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return Number(row?.changed ?? 0);
}

function toRow(identity: IdentityInput) {
  return {
    name: identity.name,
    email: identity.email,
    reply_to: identity.replyTo && JSON.stringify(identity.replyTo),
    bcc: identity.bcc && JSON.stringify(identity.bcc),
    text_signature: identity.textSignature,
    html_signature: identity.htmlSignature,
    sent_mailbox_id: identity['gatepost:sentMailboxId'] ?? null,
    outgoing_account_id: identity['gatepost:outgoingAccountId'] ?? null,
  };
}

function toIdentity(row: Selectable<IdentityTable>): Identity {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    replyTo: row.reply_to === null ? null : JSON.parse(row.reply_to),
    bcc: row.bcc === null ? null : JSON.parse(row.bcc),
    textSignature: row.text_signature,
    htmlSignature: row.html_signature,
    mayDelete: row.may_delete === 1,
    'gatepost:sentMailboxId': row.sent_mailbox_id,
    'gatepost:outgoingAccountId': row.outgoing_account_id,
  };
}
