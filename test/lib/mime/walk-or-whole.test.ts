import { afterEach, expect, test } from 'vitest';
import { walkOrWhole } from '@/lib/mime/walk-or-whole';
import { WorkerPool, workerPool } from '@/lib/mime/worker-pool';

const shared = globalThis as { gatepostMimePool?: WorkerPool };
afterEach(async () => {
  await workerPool().close();
  delete shared.gatepostMimePool;
});

test('S28: a message that takes too long to walk is one piece', async () => {
  shared.gatepostMimePool = new WorkerPool({ size: 1, timeoutMs: 1 });
  const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
  const raw = Buffer.concat([Buffer.from(head), Buffer.from('--b\r\n\r\n'.repeat(100_000))]);
  const { root, spans } = await walkOrWhole(raw);
  expect(root).toMatchObject({ path: '1', type: 'application/octet-stream', parts: null });
  expect(spans.get('1')).toEqual({ headerStart: 0, bodyStart: head.length, end: raw.length });
});
