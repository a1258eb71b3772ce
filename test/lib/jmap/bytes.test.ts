import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseBlobId } from '@/lib/account/blob-id';
import { Blobs } from '@/lib/account/blobs';
import { Uploads } from '@/lib/account/uploads';
import type { BlobStore } from '@/lib/db/blob-store';
import { attachmentsZip, zippedEmailId } from '@/lib/jmap/http/attachments-zip';
import { downloadResponse } from '@/lib/jmap/http/download';
import { receiveUpload } from '@/lib/jmap/http/upload';
import { MAX_HELD } from '@/lib/source/source';
import { mixedMessage, PDF, plainMessage } from '@/test/contract/messages';
import { type Fixture, openFixture } from './fixture';

function stub(blobs: BlobStore): BlobStore {
  return {
    put: (data, limit) => blobs.put(data, limit),
    open: (sha256, range) => blobs.open(sha256, range),
    read: (sha256) => blobs.read(sha256),
    size: (sha256) => blobs.size(sha256),
    remove: (sha256) => blobs.remove(sha256),
  };
}

let jmap: Fixture;
beforeAll(async () => {
  jmap = await openFixture('local');
});
afterAll(() => jmap?.close());

const upload = (body: string, headers: Record<string, string> = {}) =>
  receiveUpload(
    jmap.runtime,
    jmap.principal,
    jmap.accountId,
    new Request('http://localhost/', { method: 'POST', body, headers }),
  );

describe('an upload', () => {
  it('is kept byte by byte, and the same bytes are one blob', async () => {
    const first = await upload('héllo', { 'Content-Type': 'text/x-mine' });
    expect(first).toMatchObject({ accountId: jmap.accountId, type: 'text/x-mine', size: 6 });
    expect((await upload('héllo')).blobId).toBe(first.blobId);
    const account = await jmap.runtime.accounts.open(jmap.accountId);
    expect((await new Blobs(account, jmap.runtime.uploads).read(first.blobId)).toString()).toBe('héllo');
  });

  it('that was cut on its way is refused', async () => {
    await expect(upload('half', { 'Content-Length': '8' })).rejects.toMatchObject({
      code: 'invalidArguments',
    });
  });

  it('above MAX_UPLOAD is refused before it is read', async () => {
    await expect(upload('x', { 'Content-Length': '99999999999' })).rejects.toMatchObject({
      code: 'tooLarge',
    });
  });

  it('goes after 24 hours and not before', async () => {
    const { blobId } = await upload('old');
    const sha256 = blobId.slice(1);
    await jmap.runtime.uploads.sweep(Date.now() + 23 * 3_600_000);
    expect(await jmap.runtime.uploads.size(jmap.accountId, sha256)).toBe(3);
    await jmap.runtime.uploads.sweep(Date.now() + 25 * 3_600_000);
    await expect(jmap.runtime.uploads.size(jmap.accountId, sha256)).rejects.toMatchObject({
      code: 'blobNotFound',
    });
  });
});

it('what may be uploaded at the default size can be imported and attached', async () => {
  expect(MAX_HELD).toBeGreaterThanOrEqual(jmap.runtime.config.maxUpload);
});

describe('more uploads than there is room for', () => {
  const sizes = new Map(['a', 'b', 'c'].map((digit) => [digit.repeat(64), 400_000_000]));
  const insert = (hours: number[]) =>
    jmap.runtime.databases.main
      .insertInto('upload')
      .values(
        [...sizes].map(([sha256, size], at) => {
          const uploaded_at = Date.now() - (hours[at] ?? 0) * 3_600_000;
          return { account_id: jmap.accountId, sha256, size, uploaded_at };
        }),
      )
      .execute();
  const left = async () => {
    const rows = await jmap.runtime.databases.main.selectFrom('upload').select('sha256').execute();
    return rows.map(({ sha256 }) => sha256[0] ?? '').filter((digit) => sizes.has(digit.repeat(64)));
  };
  afterEach(async () => {
    await jmap.runtime.databases.main
      .deleteFrom('upload')
      .where('sha256', 'in', [...sizes.keys()])
      .execute();
  });

  it('RFC 8620 §6: the oldest go first, and only as many as it takes', async () => {
    await insert([3, 4, 2]);
    await upload('new');
    expect(await left()).toEqual(['a', 'c']);
  });

  it('none goes within an hour: then there is no room', async () => {
    await insert([0.5, 0.6, 0.7]);
    await expect(upload('newer')).rejects.toMatchObject({ code: 'overQuota' });
    expect(await left()).toHaveLength(3);
  });
});

it('an upload that comes again while old ones go is kept', async () => {
  const { accountId, runtime } = jmap;
  const blobs = { ...stub(runtime.blobs), remove: async () => void (await again()) };
  const uploads = new Uploads(runtime.databases.main, blobs);
  const add = (text: string) => uploads.add(accountId, Buffer.from(text), 100);
  const [, second] = [await add('first one'), await add('second one')];
  let isAgain = false;
  const again = async () => {
    if (!isAgain) await add('second one');
    isAgain = true;
  };
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3_600_000 });
  await uploads.sweep(Date.now());
  vi.useRealTimers();
  expect(await uploads.size(accountId, second.sha256)).toBe(10);
});

describe('a download', () => {
  it('S6, S7: is never a document of ours, whatever its name and type say', () => {
    const response = downloadResponse(
      Readable.from([]),
      '../..\u202efdp.exe',
      'text/html\r\nSet-Cookie: a=b',
    );
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-store, no-transform',
    });
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[^/\\]*fdp\.exe"$/);
  });

  it('reads only as fast as it is taken, and a client that leaves releases the source', async () => {
    let read = 0;
    const source = new Readable({
      highWaterMark: 1,
      read() {
        read += 1;
        this.push(Buffer.alloc(1000));
      },
    });
    const reader = downloadResponse(source, 'big', null).body?.getReader();
    await reader?.read();
    expect(read).toBeLessThan(5);
    await reader?.cancel();
    expect(source.destroyed).toBe(true);
  });

  it('of all attachments is one archive with safe names', async () => {
    const id = await jmap.importEmail(mixedMessage('Zip'));
    const account = await jmap.runtime.accounts.open(jmap.accountId);
    const blobs = new Blobs(account, jmap.runtime.uploads);
    expect(zippedEmailId(`z${id}`)).toBe(id);
    const chunks: Buffer[] = [];
    for await (const chunk of await attachmentsZip(account, blobs, id)) chunks.push(chunk);
    const zip = Buffer.concat(chunks);
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    expect(zip.includes('plan.pdf')).toBe(true);
    expect(zip.includes(PDF)).toBe(true);
  });

  it('of a whole message is what was stored', async () => {
    const raw = plainMessage('Raw', 'Grüße');
    const id = await jmap.importEmail(raw);
    const account = await jmap.runtime.accounts.open(jmap.accountId);
    expect((await new Blobs(account, jmap.runtime.uploads).read(`r${id}`)).equals(raw)).toBe(true);
  });
});

describe('a message that was just written', () => {
  it('is not asked of the server again to be sent, and no larger than wanted', async () => {
    const raw = plainMessage('Written', 'and sent');
    const id = await jmap.importEmail(raw);
    const account = await jmap.runtime.accounts.open(jmap.accountId);
    const asked = vi.spyOn(account.source, 'readRaw');
    const blobs = new Blobs(account, jmap.runtime.uploads);
    expect((await blobs.read(`r${id}`)).equals(raw)).toBe(true);
    await expect(blobs.read(`r${id}`, 10)).rejects.toMatchObject({ code: 'tooLarge' });
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });
});

describe('a blob id', () => {
  it('is read back as it was made', () => {
    expect(parseBlobId('re12')).toEqual({ kind: 'raw', emailId: 'e12' });
    expect(parseBlobId('pe12-1_2')).toEqual({ kind: 'part', emailId: 'e12', path: '1.2' });
    expect(parseBlobId('s2-pe12-1_2')).toMatchObject({ kind: 'inner', path: '2', of: { kind: 'part' } });
  });

  it.each([
    '',
    'x',
    'u12',
    'pe12',
    'pe12-',
    'pe12-a',
    's2',
    's2-x',
    'r../etc',
    `r${'a'.repeat(300)}`,
    's1-s1-s1-s1-s1-s1-re',
  ])('is not %j', (id) => {
    expect(parseBlobId(id)).toBeNull();
  });
});
