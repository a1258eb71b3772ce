/** Entry of the thread for what takes long (aside.ts). */
import { CompiledQuery, Kysely } from 'kysely';
import { sqliteDialect } from '@/lib/db/sqlite-dialect';
import { serveTasks } from '@/lib/thread-entry';
import type { AsideTasks } from './aside';

const opened = new Map<string, Kysely<unknown>>();

function databaseAt(path: string): Kysely<unknown> {
  const known = opened.get(path) ?? new Kysely<unknown>({ dialect: sqliteDialect(path, false) });
  opened.set(path, known);
  return known;
}

const tasks: AsideTasks = {
  async select(path, sql, parameters) {
    const { rows } = await databaseAt(path).executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows;
  },
};

serveTasks(tasks);
