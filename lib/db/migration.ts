/** A step of the schema. Each area keeps its own, named `<date>-<area>`; a published one is never changed. */
import { type ColumnDataType, type Kysely, type RawBuilder, sql } from 'kysely';

export type DialectName = 'sqlite' | 'postgres';

/** What the two databases spell differently. */
export interface Columns {
  dialect: DialectName;
  /** `.addColumn('data', columns.blob)` */
  blob: ColumnDataType | RawBuilder<unknown>;
  /** Compared byte by byte, as SQLite does: `.addColumn('key', columns.bytewise)`. */
  bytewise: ColumnDataType | RawBuilder<unknown>;
  /** A primary key that is the key of another table: `.addColumn('email', columns.key, (column) => column.primaryKey())`. */
  key: ColumnDataType;
  /** An integer primary key that counts up: `.addColumn('key', columns.serial)`. */
  serial: RawBuilder<unknown>;
}

export interface Migration {
  up(db: Kysely<unknown>, columns: Columns): Promise<void>;
}

export function columnsOf(dialect: DialectName): Columns {
  if (dialect === 'sqlite') {
    // AUTOINCREMENT: a key that was told to somebody is never given again.
    return {
      dialect,
      blob: 'blob',
      bytewise: 'text',
      key: 'integer',
      serial: sql`integer primary key autoincrement`,
    };
  }
  return {
    dialect,
    blob: 'bytea',
    bytewise: sql`text collate "C"`,
    key: 'bigint',
    serial: sql`bigint generated always as identity primary key`,
  };
}
