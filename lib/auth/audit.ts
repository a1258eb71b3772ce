/** What a person should be able to look up after a break-in (security.md S22): ids and words, no addresses, no secrets. */
import type { Kysely } from 'kysely';
import type { MainTables } from '@/lib/db/tables';

export type AuditEvent =
  | 'user-created'
  | 'signed-in'
  | 'signed-out'
  | 'sessions-ended'
  | 'password-changed'
  | 'servers-changed'
  | 'sign-in-changed'
  | 'account-added'
  | 'account-removed'
  | 'app-password-created'
  | 'app-password-revoked';

export async function audit(
  db: Kysely<MainTables>,
  userId: string,
  event: AuditEvent,
  detail: Record<string, string> = {},
): Promise<void> {
  await db
    .insertInto('audit')
    .values({ user_id: userId, at: Date.now(), event, detail: JSON.stringify(detail) })
    .execute();
}
