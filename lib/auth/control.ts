/** What the control plane works on: the configuration, the database that must last, and word to the open accounts. */
import type { Kysely } from 'kysely';
import { forgetAccount } from '@/lib/account/forget';
import { runtime } from '@/lib/account/runtime';
import type { Config } from '@/lib/config';
import type { MainTables } from '@/lib/db/tables';
import type { Id } from '@/lib/jmap/types';

export interface Control {
  config: Config;
  db: Kysely<MainTables>;
  /** Its user has just signed in: what is shown first is read before it is asked for. */
  entered(accountId: Id): void;
  /** The account's servers or password are new: its connections are to be made anew. */
  changed(accountId: Id): Promise<void>;
  /** Its row is gone: connections end, and what other tables and files keep of it goes too. */
  removed(accountId: Id, userId: string): Promise<void>;
}

export async function control(): Promise<Control> {
  const { config, databases, accounts } = await runtime();
  return {
    config,
    db: databases.main,
    entered: (id) => accounts.prepare(id),
    changed: (id) => accounts.changed(id),
    async removed(id, userId) {
      await accounts.changed(id, userId);
      await forgetAccount(databases, id);
    },
  };
}
