/** Entry of the thread for what takes long (aside.ts); its data says where the index is. */
import { workerData } from 'node:worker_threads';
import { CompiledQuery, Kysely } from 'kysely';
import { sqliteDialect } from '@/lib/db/sqlite-dialect';
import { serveTasks } from '@/lib/thread-entry';
import type { AsideData, AsideTasks } from './aside';

const { path } = workerData as AsideData;
const db = new Kysely<unknown>({ dialect: sqliteDialect(path, false) });

const tasks: AsideTasks = {
  async select(sql, parameters) {
    const { rows } = await db.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows;
  },
};

serveTasks(tasks);
