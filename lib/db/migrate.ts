/**
 * Brings a database to the newest schema when it is opened. Own code, not Kysely's Migrator: that one takes no lock on
 * SQLite, so two processes that open at once would both create the tables.
 */
import { type Kysely, sql } from 'kysely';
import { columnsOf, type DialectName, type Migration } from './migration';

interface MigrationTables {
  schema_migration: { name: string; applied_at: number };
}

/** Any constant: the same for all processes of Gatepost. */
const LOCK = 7_204_251_193;

/** All missing steps in one transaction, in the order of their names. */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  dialect: DialectName,
  schema: string,
  migrations: Record<string, Migration>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const tables = transaction as unknown as Kysely<MigrationTables>;
    if (dialect === 'postgres') {
      // On SQLite `begin immediate` is the lock.
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tables);
      await sql`create schema if not exists ${sql.id(schema)}`.execute(tables);
    }
    await tables.schema
      .createTable('schema_migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute();
    const rows = await tables.selectFrom('schema_migration').select('name').execute();
    const applied = new Set(rows.map(({ name }) => name));
    for (const name of Object.keys(migrations).sort()) {
      if (applied.has(name)) continue;
      await migrations[name]?.up(tables as unknown as Kysely<unknown>, columnsOf(dialect));
      await tables.insertInto('schema_migration').values({ name, applied_at: Date.now() }).execute();
    }
  });
}
