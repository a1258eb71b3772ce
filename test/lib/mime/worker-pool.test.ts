import { afterEach, expect, test } from 'vitest';
import { digestSmall } from '@/lib/mime/digest';
import { digestsBeside, WorkerPool, walkSafely, workerPool } from '@/lib/mime/worker-pool';

const pools: WorkerPool[] = [];
function pool(options: ConstructorParameters<typeof WorkerPool>[0]): WorkerPool {
  const created = new WorkerPool(options);
  pools.push(created);
  return created;
}
afterEach(async () => {
  await Promise.all([...pools.splice(0), workerPool()].map((each) => each.close()));
});

const hostile = Buffer.concat([
  Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n'),
  Buffer.from('--b\r\n\r\n'.repeat(100_000)),
]);

test('a large message is walked in a thread, with the same result', async () => {
  const tree = await walkSafely(hostile);
  expect(tree.cut).toBe(true);
  expect(tree.root.parts).toHaveLength(999);
  expect(tree.spans.get('1')).toEqual({ headerStart: 50, bodyStart: 52, end: 52 });
});

test('many small messages are digested in a thread, with the same results', async () => {
  const mails = [
    Buffer.from(
      'Subject: =?utf-8?B?0L/RgNC40LLQtdGC?=\r\nFrom: a@example.org\r\n\r\nOne \ufeff\ud83d\ude00\r\n',
    ),
    Buffer.from('Subject: none\n\n'),
    hostile.subarray(0, 5_000),
    Buffer.from('Content-Type: text/html\r\n\r\n<p>Two</p>\0'),
  ];
  expect(await digestsBeside(mails)).toEqual(mails.map(digestSmall));
});

test('S28: work that takes too long is killed and the next one is done', async () => {
  const small = pool({ size: 1, timeoutMs: 1 });
  await expect(small.run('walk', hostile)).rejects.toMatchObject({ code: 'limitExceeded' });
  const patient = pool({ size: 1 });
  await expect(patient.run('htmlToText', '<p>a</p>')).resolves.toBe('a');
});

test('S28: a thread that needs more memory than it may have ends alone', async () => {
  const tiny = pool({ size: 1, heapMb: 4 });
  await expect(tiny.run('htmlToText', '<p>a</p>')).rejects.toMatchObject({ code: 'limitExceeded' });
  await expect(pool({ size: 1 }).run('htmlToText', '<p>a</p>')).resolves.toBe('a');
});

test('more waiting work than the limit is refused at once', async () => {
  const busy = pool({ size: 1, maxWaiting: 2 });
  const runs = Array.from({ length: 6 }, () => busy.run('htmlToText', 'a'));
  const results = await Promise.allSettled(runs);
  expect(results.filter((result) => result.status === 'rejected')).toHaveLength(3);
});

test('a failure of the work itself rejects with its cause', async () => {
  const broken = pool({ size: 1 }).run(
    'preview',
    { type: 'text/plain', encoding: '7bit', params: {} },
    null as unknown as Buffer,
  );
  await expect(broken).rejects.toMatchObject({ code: 'limitExceeded' });
});
