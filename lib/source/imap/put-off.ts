/** Messages of ours that are flagged \Deleted and could not be purged yet, by mailbox. They wait across restarts. */
import type { Kysely } from 'kysely';
import type { RemoteTables } from '@/lib/db/tables/remote';
import type { Selected } from '@/lib/imap/select';
import { slices } from '@/lib/index/collect';
import type { Id } from '@/lib/jmap/types';

type Place = Pick<Selected, 'path' | 'uidValidity'>;

export class PutOff {
  /** Read once: this process is the only one that works the account. */
  #uids: Promise<Map<string, Set<number>>> | null = null;

  constructor(
    readonly accountId: Id,
    readonly db: Kysely<RemoteTables>,
  ) {}

  async of(mailbox: Place | null): Promise<ReadonlySet<number>> {
    return (mailbox && (await this.#all()).get(keyOf(mailbox))) ?? new Set();
  }

  async set(mailbox: Place | null, uids: Iterable<number>): Promise<void> {
    if (!mailbox) return;
    const all = await this.#all();
    const [before, after] = [all.get(keyOf(mailbox)) ?? new Set(), new Set(uids)];
    if (before.size === after.size && [...after].every((uid) => before.has(uid))) return;
    await this.#store(mailbox, after);
    if (after.size > 0) all.set(keyOf(mailbox), after);
    else all.delete(keyOf(mailbox));
  }

  /** Its UIDs stay what they are under the new name. */
  async rename(from: string, to: string): Promise<void> {
    await this.db
      .updateTable('put_off')
      .set({ path: to })
      .where('account_id', '=', this.accountId)
      .where('path', '=', from)
      .execute();
    this.#uids = null;
  }

  async #store({ path, uidValidity }: Place, uids: ReadonlySet<number>): Promise<void> {
    const place = { account_id: this.accountId, path, uid_validity: uidValidity };
    const rows = [...uids].map((uid) => ({ ...place, uid }));
    await this.db.transaction().execute(async (transaction) => {
      // Those of an older UIDVALIDITY name other messages now.
      await transaction
        .deleteFrom('put_off')
        .where('account_id', '=', this.accountId)
        .where('path', '=', path)
        .execute();
      for (const slice of slices(rows, 500)) {
        await transaction.insertInto('put_off').values(slice).execute();
      }
    });
  }

  #all(): Promise<Map<string, Set<number>>> {
    this.#uids ??= this.#read().catch((error) => {
      this.#uids = null;
      throw error;
    });
    return this.#uids;
  }

  async #read(): Promise<Map<string, Set<number>>> {
    const rows = await this.db
      .selectFrom('put_off')
      .select(['path', 'uid_validity', 'uid'])
      .where('account_id', '=', this.accountId)
      .execute();
    const uids = new Map<string, Set<number>>();
    for (const { path, uid_validity, uid } of rows) {
      const key = keyOf({ path, uidValidity: uid_validity });
      uids.set(key, (uids.get(key) ?? new Set()).add(uid));
    }
    return uids;
  }
}

/** Under another UIDVALIDITY the UIDs name other messages. */
function keyOf({ path, uidValidity }: Place): string {
  return `${uidValidity} ${path}`;
}
