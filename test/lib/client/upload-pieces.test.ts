import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Client } from '@/lib/client/client';
import type { KeptFiles } from '@/lib/client/composer/kept-files';
import type { ComposerSession } from '@/lib/client/composer/session';
import { Uploading } from '@/lib/client/composer/uploading';
import type { DraftAttachment } from '@/lib/client/draft/draft';
import { JmapFault, LinkFault } from '@/lib/client/jmap';
import { upload } from '@/lib/client/upload';
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

test('R26: a server that is away for a moment costs no file', async () => {
  const away = [502, 503, 504];
  answer = (_size, n) => ({ status: away[n - 1] ?? 201, body: n > away.length ? { blobId: 'there' } : null });
  const send = () => upload('https://x/upload', new Blob(['x']));
  const { blobId } = await persistently(send, undefined, async () => undefined);
  expect(blobId).toBe('there');
});

test('R28: a file whose session ended stays with the draft, and goes on with the next session', async () => {
  let signedIn = false;
  answer = () => (signedIn ? { status: 201, body: { blobId: 'there' } } : { status: 401, body: null });
  const kept = new Map<string, { file: File; ids: string[] }>();
  const files = {
    keep: async (key: string, _account: string, file: File) => void kept.set(key, { file, ids: [] }),
    forget: async (key: string) => void kept.delete(key),
    find: async (key: string) => kept.get(key) ?? null,
    arrived: async () => undefined,
  } as unknown as KeptFiles;
  let attachments: readonly DraftAttachment[] = [];
  const faults: string[] = [];
  const session = {
    opened: { intent: { accountId: 'a' } },
    view: () => ({ draft: { attachments } }),
    showUploads: () => undefined,
    showFault: ({ code }: JmapFault) => faults.push(code),
    changeAttachments: (by: (all: readonly DraftAttachment[]) => readonly DraftAttachment[]) => {
      attachments = by(attachments);
    },
  } as unknown as ComposerSession;
  const client = {
    store: { session: { capabilities: {}, uploadUrl: 'https://x/{accountId}' } },
    transport: joined(),
  } as unknown as Client;
  const uploading = new Uploading(session, client, files);
  uploading.add([new File(['x'], 'x.txt')], false);
  await vi.waitFor(() => expect(faults).toEqual(['notSignedIn']));
  expect(attachments).toMatchObject([{ name: 'x.txt', blobId: null }]);
  signedIn = true;
  await uploading.done();
  expect(attachments).toMatchObject([{ name: 'x.txt', blobId: 'there' }]);
  kept.clear();
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
