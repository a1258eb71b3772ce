import { afterAll } from 'vitest';
import { sourceContract } from '@/test/contract/source';
import { sharedPostgres } from '@/test/servers/postgres';
import { localAccount } from './local-account';

afterAll(async () => {
  await (await sharedPostgres()).stop();
});

sourceContract('local on SQLite', () => localAccount('sqlite'));
sourceContract('local on Postgres', () => localAccount('postgres'));
