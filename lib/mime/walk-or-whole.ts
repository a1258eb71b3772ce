/** The tree of any message: what takes too long to walk (security.md S28) is one piece, which can be listed and downloaded. */
import { ProtocolError } from '@/lib/errors';
import { MAX_HEADER } from './limits';
import type { MimeTree } from './types';
import { walkMime } from './walk';
import { walkSafely } from './worker-pool';

export async function walkOrWhole(raw: Buffer): Promise<MimeTree> {
  try {
    return await walkSafely(raw);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return whole(raw);
  }
}

function whole(raw: Buffer): MimeTree {
  const head = walkMime(raw.subarray(0, MAX_HEADER));
  const bodyStart = head.spans.get(head.root.path)?.bodyStart ?? 0;
  const size = raw.length - bodyStart;
  const root = { ...walkMime(Buffer.alloc(0)).root, type: 'application/octet-stream', size };
  return { root, spans: new Map([['1', { headerStart: 0, bodyStart, end: raw.length }]]), cut: true };
}
