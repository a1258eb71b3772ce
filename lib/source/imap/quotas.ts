/** What the server allows this account (RFC 9425 §3): the limits over the inbox. */
import { quotaOf } from '@/lib/imap/quota';
import type { SourceQuota } from '@/lib/source/source';
import type { ImapContext } from './context';

/** RFC 9208 §5.1: STORAGE counts in units of 1,024 octets. */
const STORAGE_UNIT = 1024;

export async function readQuotas({ pool }: ImapContext): Promise<SourceQuota[]> {
  const resources = await pool.interactive((session) => quotaOf(session, 'INBOX'));
  const quotas: SourceQuota[] = [];
  for (const { root: name, resource, used, limit } of resources) {
    if (resource === 'MESSAGE') quotas.push({ name, resourceType: 'count', used, hardLimit: limit });
    if (resource !== 'STORAGE') continue;
    const hardLimit = limit * STORAGE_UNIT;
    quotas.push({ name, resourceType: 'octets', used: used * STORAGE_UNIT, hardLimit });
  }
  return quotas;
}
