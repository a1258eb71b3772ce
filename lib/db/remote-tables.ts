import type { Kysely } from 'kysely';
import type { RemoteTables } from './tables/remote';

/** As feedTables: the part of `gatepost.db` that the IMAP source keeps. */
export function remoteTables<Tables>(main: Kysely<Tables>): Kysely<RemoteTables> {
  return main as unknown as Kysely<RemoteTables>;
}
