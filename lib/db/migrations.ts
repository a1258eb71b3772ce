import type { Migration } from './migration';
import { migrations as control } from './migrations/control';
import { migrations as feed } from './migrations/feed';
import { migrations as index } from './migrations/index';
import { migrations as jmap } from './migrations/jmap';
import { migrations as remote } from './migrations/remote';
import { migrations as submission } from './migrations/submission';

/** `index.db`, schema `gatepost_index`. */
export const indexMigrations: Record<string, Migration> = index;

/** `gatepost.db`, schema `gatepost`. */
export const mainMigrations: Record<string, Migration> = {
  ...index,
  ...control,
  ...submission,
  ...feed,
  ...jmap,
  ...remote,
};
