/** Entry of the thread for what takes long (aside.ts); its data is the path of the SQLite file. */
import { workerData } from 'node:worker_threads';
import { CompiledQuery, Kysely } from 'kysely';
import { sqliteDialect } from '@/lib/db/sqlite-dialect';
import { serveTasks } from '@/lib/thread-entry';
import type { AsideTasks } from './aside';

const db = new Kysely<unknown>({ dialect: sqliteDialect(workerData as string, false) });

const tasks: AsideTasks = {
  async select(sql, parameters) {
    const { rows } = await db.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows;
  },
};

serveTasks(tasks);
