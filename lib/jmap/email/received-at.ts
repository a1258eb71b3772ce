/** When a message was received, as the server that took it in last wrote down (RFC 5321 §4.4). */
import { asDate, parseHeaderBlock } from '@/lib/mime/header';

/** Epoch milliseconds; null without a Received field or with one that cannot be read. */
export function receivedAtOf(raw: Buffer): number | null {
  const newest = parseHeaderBlock(raw).find(({ name }) => name.toLowerCase() === 'received');
  const date = newest && asDate(newest.value.slice(newest.value.lastIndexOf(';') + 1));
  return date ? Date.parse(date) : null;
}
