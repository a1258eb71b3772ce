/** URLs of the session object (RFC 8620 §2) filled in. */
import type { Id, JmapSession } from '@/lib/jmap/types';

export interface BlobRef {
  blobId: Id;
  name: string;
  type: string;
}

export function downloadUrl(session: JmapSession, accountId: Id, { blobId, name, type }: BlobRef): string {
  return fill(session.downloadUrl, { accountId, blobId, name, type });
}

export function uploadUrl(session: JmapSession, accountId: Id): string {
  return fill(session.uploadUrl, { accountId });
}

function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
