/** Entry of the thread for what takes long (aside.ts). */
import { CompiledQuery, Kysely } from 'kysely';
import { sqliteDialect } from '@/lib/db/sqlite-dialect';
import type { IndexTables } from '@/lib/db/tables/index';
import { serveTasks } from '@/lib/thread-entry';
import { createAccountIndex } from './account-index';
import type { AsideTasks, Written } from './aside';

const opened = new Map<string, Kysely<IndexTables>>();

function databaseAt(path: string): Kysely<IndexTables> {
  const known = opened.get(path) ?? new Kysely<IndexTables>({ dialect: sqliteDialect(path, false) });
  opened.set(path, known);
  return known;
}

const tasks: AsideTasks = {
  async fill(path, accountId, filled) {
    const index = createAccountIndex(databaseAt(path), 'sqlite', accountId);
    let written: Written | null = null;
    index.onChange((types, state) => {
      written = { types, state };
    });
    await index.fill(filled.mailboxId, filled.emails, filled.filledDownTo);
    return written;
  },

  async select(path, sql, parameters) {
    const { rows } = await databaseAt(path).executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows;
  },
};

serveTasks(tasks);
