/** What a person should be able to look up after a break-in (security.md S22): ids and words, no addresses, no secrets. */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';

type AuditEvent =
  | 'user-created'
  | 'signed-in'
  | 'signed-out'
  | 'sessions-ended'
  | 'password-changed'
  | 'servers-changed'
  | 'sign-in-changed'
  | 'filters-changed'
  | 'forwarding-changed'
  | 'account-added'
  | 'account-removed'
  | 'app-password-created'
  | 'app-password-revoked';

/** Half a year: long enough to find out when a break-in began. */
const KEPT_MS = 180 * 24 * 60 * 60_000;
const SHOWN = 100;

export async function audit(
  db: Kysely<MainTables>,
  userId: string,
  event: AuditEvent,
  detail: Record<string, string> = {},
): Promise<void> {
  const now = Date.now();
  await db
    .deleteFrom('audit')
    .where('user_id', '=', userId)
    .where('at', '<', now - KEPT_MS)
    .execute();
  await db
    .insertInto('audit')
    .values({ user_id: userId, at: now, event, detail: JSON.stringify(detail) })
    .execute();
}

export interface AuditEntry {
  at: number;
  event: string;
  /** Account or app password it was about, browser it came from. */
  detail: Record<string, string>;
}

/** The latest first. */
export async function listAudit(db: Kysely<MainTables>, userId: string): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .select(['at', 'event', 'detail'])
    .where('user_id', '=', userId)
    .orderBy('at', 'desc')
    .limit(SHOWN)
    .execute();
  return rows.map(({ at, event, detail }) => ({ at, event, detail: JSON.parse(detail) }));
}
