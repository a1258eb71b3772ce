/** What the server allows this account (RFC 9425 §3): the limits over the inbox. */
import { CommandError, type ErrorCode } from '@/lib/errors';
import { type QuotaResource, quotaOf } from '@/lib/imap/quota';
import type { SourceQuota } from '@/lib/source/source';
import type { ImapContext } from './context';

/** RFC 9208 §5.1: STORAGE counts in units of 1,024 octets. */
const STORAGE_UNIT = 1024;

/** That it cannot be done, not that it cannot be done now. */
const CANNOT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['commandFailed', 'forbidden', 'unsupported']);

/** null: the server knows no QUOTA, or announces it and cannot (`onRefused`). */
export async function readQuotas(
  { pool }: ImapContext,
  onRefused: () => void,
): Promise<SourceQuota[] | null> {
  try {
    return await pool.interactive(async (session) => {
      const resources = await quotaOf(session, 'INBOX');
      return resources?.flatMap(sourceQuota) ?? null;
    });
  } catch (error) {
    if (!(error instanceof CommandError) || !CANNOT.has(error.code)) throw error;
    onRefused();
    return null;
  }
}

function sourceQuota({ root: name, resource, used, limit }: QuotaResource): SourceQuota[] {
  if (resource === 'MESSAGE') return [{ name, resourceType: 'count', used, hardLimit: limit }];
  if (resource !== 'STORAGE') return [];
  const hardLimit = limit * STORAGE_UNIT;
  return [{ name, resourceType: 'octets', used: used * STORAGE_UNIT, hardLimit }];
}
