/** What the control plane works on: the configuration and the database that must last. */
import type { Kysely } from 'kysely';
import { runtime } from '@/lib/account/runtime';
import type { Config } from '@/lib/config';
import type { MainTables } from '@/lib/db/tables';

export interface Control {
  config: Config;
  db: Kysely<MainTables>;
}

export async function control(): Promise<Control> {
  const { config, databases } = await runtime();
  return { config, db: databases.main };
}
