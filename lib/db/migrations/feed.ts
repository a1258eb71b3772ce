import type { Migration } from '@/lib/db/migration';

export const migrations: Record<string, Migration> = {};
