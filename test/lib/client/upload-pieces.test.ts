import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JmapFault, LinkFault } from '@/lib/client/jmap';
import { persistently, uploadInPieces } from '@/lib/client/upload-pieces';
import { scripted } from './fixture';

/** What the browser has and Node has not: answers each request by `answer`. */
let answer: (size: number, request: number) => { status: number; body: unknown } | 'broken';
const sizes: number[] = [];
class Request {
  upload: { onprogress: ((event: object) => void) | null } = { onprogress: null };
  responseType = '';
  status = 0;
  response: unknown = null;
  onload = () => undefined;
  onerror = () => undefined;
  onabort = () => undefined;
  open() {}
  setRequestHeader() {}
  abort() {
    this.onabort();
  }
  send(blob: Blob) {
    sizes.push(blob.size);
    const given = answer(blob.size, sizes.length);
    queueMicrotask(() => {
      if (given === 'broken') return this.onerror();
      this.upload.onprogress?.({ lengthComputable: true, loaded: blob.size / 2, total: blob.size });
      this.status = given.status;
      this.response = given.body;
      return this.onload();
    });
  }
}

beforeEach(() => {
  sizes.length = 0;
  answer = (_size, n) => ({ status: 201, body: { blobId: `u${n}` } });
  vi.stubGlobal('XMLHttpRequest', Request);
});
afterEach(() => vi.unstubAllGlobals());

const joined = () =>
  scripted({ 'Blob/upload': () => ({ created: { file: { id: 'joined' } }, notCreated: null }) });
const into = (transport = joined()) => ({ url: 'https://x/upload', accountId: 'a', transport });

test('a small file is one request, a large one goes in pieces that are joined in their order', async () => {
  expect(await uploadInPieces(into(), new Blob(['x']))).toBe('u1');
  const transport = joined();
  const told: number[] = [];
  const file = new Blob([new Uint8Array(9_000_000)], { type: 'video/mp4' });
  expect(await uploadInPieces(into(transport), file, { onProgress: (part) => told.push(part) })).toBe(
    'joined',
  );
  expect(sizes.slice(1)).toEqual([4_000_000, 4_000_000, 1_000_000]);
  expect(transport.log[0]?.[1]).toMatchObject({
    create: { file: { data: [{ blobId: 'u2' }, { blobId: 'u3' }, { blobId: 'u4' }], type: 'video/mp4' } },
  });
  expect(told).toEqual([...told].sort((a, b) => a - b));
});

test('R28: what arrived before is not sent again; pieces that the server has forgotten are', async () => {
  const file = new Blob([new Uint8Array(9_000_000)]);
  const told: (readonly string[])[] = [];
  const options = { arrived: ['k1'], onArrived: (ids: readonly string[]) => told.push(ids) };
  expect(await uploadInPieces(into(), file, options)).toBe('joined');
  expect(sizes).toEqual([4_000_000, 1_000_000]);
  expect(told).toEqual([
    ['k1', 'u1'],
    ['k1', 'u1', 'u2'],
  ]);
  let joins = 0;
  const forgetful = scripted({
    'Blob/upload': () => {
      joins += 1;
      return joins === 1
        ? { created: null, notCreated: { file: { type: 'blobNotFound' } } }
        : { created: { file: { id: 'joined' } }, notCreated: null };
    },
  });
  expect(await uploadInPieces(into(forgetful), file, { arrived: ['k1', 'k2', 'k3'] })).toBe('joined');
  expect(sizes).toHaveLength(5);
});

test('a file of any size has no more pieces than are joined at once', async () => {
  const file = { size: 1_000_000_000, type: '', slice: () => new Blob(['x']) } as unknown as Blob;
  await uploadInPieces(into(), file);
  expect(sizes).toHaveLength(100);
});

test('a link that breaks costs one piece; a refusal is told at once', async () => {
  let breaks = 2;
  const act = async () => {
    breaks -= 1;
    if (breaks >= 0) throw new LinkFault();
    return 'there';
  };
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  expect(await persistently(act, undefined, wait)).toBe('there');
  expect(waits).toEqual([1_000, 2_000]);
  const refused = () => Promise.reject(new JmapFault('tooLarge'));
  await expect(persistently(refused, undefined, wait)).rejects.toMatchObject({ code: 'tooLarge' });
  expect(waits).toHaveLength(2);
  const gone = () => Promise.reject(new LinkFault());
  await expect(persistently(gone, undefined, wait)).rejects.toBeInstanceOf(LinkFault);
});

test('what was cancelled is not tried again', async () => {
  const abort = new AbortController();
  answer = () => {
    abort.abort();
    return 'broken';
  };
  await expect(uploadInPieces(into(), new Blob(['x']), { signal: abort.signal })).rejects.toBeInstanceOf(
    JmapFault,
  );
  expect(sizes).toHaveLength(1);
});
