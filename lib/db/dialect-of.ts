import type { DialectName } from './migration';

/** What tells a handle's database. */
export interface WithAdapter {
  getExecutor(): { adapter: { supportsTransactionalDdl: boolean } };
}

/**
 * By what the database can do, not by `instanceof`: Next loads a module once for each of its layers, and the handle that one
 * layer has opened is used by all.
 */
export function dialectOf(db: WithAdapter): DialectName {
  return db.getExecutor().adapter.supportsTransactionalDdl ? 'postgres' : 'sqlite';
}
