/** Outgoing servers of single senders, each with a sign-in of its own: an address that another provider sends for. */
import type { Kysely, Selectable } from 'kysely';
import type { Config } from '@/lib/config';
import { keyIdOf, seal, unseal } from '@/lib/db/seal';
import type { JmapTables, SenderServerTable } from '@/lib/db/tables/jmap';
import { AuthenticationError } from '@/lib/errors';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { Secret, ServerLogin } from '@/lib/net/types';

export class SenderServers {
  readonly #db: Kysely<JmapTables>;
  readonly #config: Pick<Config, 'secretKeys'>;

  constructor(db: Kysely<JmapTables>, config: Pick<Config, 'secretKeys'>) {
    this.#db = db;
    this.#config = config;
  }

  async list(accountId: Id): Promise<Map<Id, ServerLogin>> {
    const rows = await this.#of(accountId).execute();
    return new Map(rows.map((row) => [row.identity_id, JSON.parse(row.outgoing) as ServerLogin]));
  }

  /** @throws wrongPassword when the key that sealed it is lost: the person has to type it again */
  async find(accountId: Id, identityId: Id): Promise<{ server: ServerLogin; secret: Secret } | null> {
    const row = await this.#of(accountId).where('identity_id', '=', identityId).executeTakeFirst();
    if (!row) return null;
    return { server: JSON.parse(row.outgoing) as ServerLogin, secret: { password: this.#open(row) } };
  }

  async set(accountId: Id, identityId: Id, server: ServerLogin, password: string): Promise<void> {
    const outgoing = JSON.stringify(server);
    const sealed = seal(this.#config.secretKeys, ownerOf(accountId, identityId), password);
    const values = { outgoing, key_id: keyIdOf(sealed), sealed };
    await this.#db
      .insertInto('sender_server')
      .values({ account_id: accountId, identity_id: identityId, ...values })
      .onConflict((conflict) => conflict.columns(['account_id', 'identity_id']).doUpdateSet(values))
      .execute();
  }

  async remove(accountId: Id, identityId: Id): Promise<void> {
    await this.#db
      .deleteFrom('sender_server')
      .where('account_id', '=', accountId)
      .where('identity_id', '=', identityId)
      .execute();
  }

  /** After a change of SECRET_KEY (security.md S24). Returns how many. */
  async reseal(): Promise<number> {
    const current = this.#config.secretKeys[0]?.id ?? '';
    const rows = await this.#db
      .selectFrom('sender_server')
      .selectAll()
      .where('key_id', '!=', current)
      .execute();
    let count = 0;
    for (const row of rows) count += Number(await this.#resealOne(row));
    return count;
  }

  async #resealOne(row: Selectable<SenderServerTable>): Promise<boolean> {
    try {
      const sealed = seal(this.#config.secretKeys, ownerOf(row.account_id, row.identity_id), this.#open(row));
      // Only if nobody stored a new password meanwhile.
      const { numUpdatedRows } = await this.#db
        .updateTable('sender_server')
        .set({ sealed, key_id: keyIdOf(sealed) })
        .where('account_id', '=', row.account_id)
        .where('identity_id', '=', row.identity_id)
        .where('sealed', '=', row.sealed)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    } catch (error) {
      // Logged where it was opened; it must not keep the others sealed with the old key.
      if (error instanceof AuthenticationError) return false;
      throw error;
    }
  }

  #of(accountId: Id) {
    return this.#db.selectFrom('sender_server').selectAll().where('account_id', '=', accountId);
  }

  #open({ account_id, identity_id, sealed }: Selectable<SenderServerTable>): string {
    try {
      return unseal(this.#config.secretKeys, ownerOf(account_id, identity_id), sealed);
    } catch (cause) {
      log.error('credential.does-not-open', { accountId: account_id, ...errorFields(cause) });
      throw new AuthenticationError('wrongPassword', 'the stored password does not open', { cause });
    }
  }
}

/** What it is sealed for: in another row it does not open. */
const ownerOf = (accountId: Id, identityId: Id): string => `${accountId}/${identityId}`;
