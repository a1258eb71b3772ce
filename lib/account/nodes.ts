/**
 * Several nodes on one Postgres (architecture: Growing): what one tells those who listen to it, the others tell theirs, by
 * LISTEN and NOTIFY. With SQLite there is one process.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Databases } from '@/lib/db/database';
import { PostgresListener } from '@/lib/db/postgres-dialect';
import type { Id, StateChange } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { Hub } from './hub';

const CHANNEL = 'gatepost_changed';
/** Postgres takes 8,000 bytes; what one account has to tell is far below. */
const MAX_NOTICE = 7_900;

interface Notice {
  node: string;
  userId: string;
  accountId: Id;
  states: StateChange['changed'][Id];
}

export interface Joining {
  hub: Hub;
  databases: Pick<Databases, 'main'>;
  databaseUrl: string;
  /** Another node has changed something of this account, its servers or settings perhaps. */
  onAccount(accountId: Id): Promise<void>;
}

/** @returns how to stop */
export async function joinNodes({
  hub,
  databases: { main },
  databaseUrl,
  onAccount,
}: Joining): Promise<() => Promise<void>> {
  const node = randomBytes(8).toString('hex');
  const listener = new PostgresListener(databaseUrl, CHANNEL, (payload) => {
    const notice = JSON.parse(payload) as Notice;
    if (notice.node === node) return;
    if (notice.states.Account)
      onAccount(notice.accountId).catch((error) => log.warn('nodes.account', errorFields(error)));
    hub.receive(notice.userId, { [notice.accountId]: notice.states });
  });
  async function tell(notice: Notice): Promise<void> {
    const payload = JSON.stringify(notice);
    if (payload.length <= MAX_NOTICE) await sql`select pg_notify(${CHANNEL}, ${payload})`.execute(main);
  }
  hub.relayTo((userId, changed) => {
    for (const [accountId, states] of Object.entries(changed)) {
      // Whoever was not told sees the change at the next one, or when coming back.
      tell({ node, userId, accountId, states }).catch((error) =>
        log.warn('nodes.untold', errorFields(error)),
      );
    }
  });
  await listener.start();
  return () => listener.stop();
}
