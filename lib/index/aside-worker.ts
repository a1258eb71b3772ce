/** Entry of the thread for what takes long (aside.ts). */
import { CompiledQuery, Kysely } from 'kysely';
import { sqliteDialect } from '@/lib/db/sqlite-dialect';
import type { IndexTables } from '@/lib/db/tables/index';
import type { Id } from '@/lib/jmap/types';
import { serveTasks } from '@/lib/thread-entry';
import { createAccountIndex } from './account-index';
import type { AsideTasks, Written } from './aside';
import type { AccountIndex } from './types';

const opened = new Map<string, Kysely<IndexTables>>();

function databaseAt(path: string): Kysely<IndexTables> {
  const known = opened.get(path) ?? new Kysely<IndexTables>({ dialect: sqliteDialect(path, false) });
  opened.set(path, known);
  return known;
}

async function written(
  path: string,
  accountId: Id,
  work: (index: AccountIndex) => Promise<void>,
): Promise<Written | null> {
  const index = createAccountIndex(databaseAt(path), 'sqlite', accountId);
  let changed: Written | null = null;
  index.onChange((types, state) => {
    changed = { types, state };
  });
  await work(index);
  return changed;
}

const tasks: AsideTasks = {
  fill: (path, accountId, { mailboxId, emails, filledDownTo }) =>
    written(path, accountId, (index) => index.fill(mailboxId, emails, filledDownTo)),

  addPreviews: (path, accountId, previews) =>
    written(path, accountId, (index) => index.addPreviews(previews)),

  async select(path, sql, parameters) {
    const { rows } = await databaseAt(path).executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows;
  },
};

serveTasks(tasks);
