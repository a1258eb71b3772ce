/** RFC 8620 §6 (upload, download, copy) with ranges (RFC 9110 §14), and RFC 9404, over HTTP. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmailBodyPart, JsonObject } from '@/lib/jmap/types';
import { type GetAnswer, KINDS, World } from './world';

interface Uploaded {
  created: Record<string, { id: string; type: string; size: number }> | null;
  notCreated: Record<string, { type: string; notFound?: string[] }> | null;
}

const BYTES = randomBytes(300_000);
const PLAIN = 'The quick brown fox jumps over the lazy dog.';

function mail(): Buffer {
  const base64 = (BYTES.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
  const head = [
    'From: a@example.org',
    'Subject: parts',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
  ];
  const text = ['--b', 'Content-Type: text/plain', '', PLAIN];
  const file = [
    '--b',
    'Content-Type: application/octet-stream',
    'Content-Disposition: attachment; filename=f.bin',
    'Content-Transfer-Encoding: base64',
    '',
    base64,
    '--b--',
    '',
  ];
  return Buffer.from([...head, ...text, ...file].join('\r\n'));
}

describe.each(KINDS)('blobs of an %s account', (kind) => {
  let jmap: World;
  let emailId: string;
  /** Whole message, plain part, encoded part, upload: what each holds. */
  let blobs: Record<'raw' | 'text' | 'file' | 'upload', { id: string; bytes: Buffer }>;
  beforeAll(async () => {
    jmap = await World.open(kind);
    emailId = await jmap.importEmail(mail());
    const email = (await jmap.email(emailId, {
      properties: ['blobId', 'textBody', 'attachments'],
    })) as unknown as {
      blobId: string;
      textBody: EmailBodyPart[];
      attachments: EmailBodyPart[];
    };
    blobs = {
      raw: { id: email.blobId, bytes: mail() },
      text: { id: email.textBody[0]?.blobId ?? '', bytes: Buffer.from(PLAIN) },
      file: { id: email.attachments[0]?.blobId ?? '', bytes: BYTES },
      upload: { id: await jmap.upload(BYTES.subarray(0, 70_000)), bytes: BYTES.subarray(0, 70_000) },
    };
  });
  afterAll(() => jmap?.close());

  const body = async (response: Response) => Buffer.from(await response.arrayBuffer());

  describe('RFC 8620 §6.1 upload', () => {
    it('answers 201 with id, type and size', async () => {
      const response = await jmap.fetch(jmap.session.uploadUrl.replace('{accountId}', jmap.accountId), {
        method: 'POST',
        headers: { 'Content-Type': 'text/x-mine' },
        body: 'héllo',
      });
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual({
        accountId: jmap.accountId,
        blobId: expect.stringMatching(/^[A-Za-z0-9_-]+$/),
        type: 'text/x-mine',
        size: 6,
      });
    });

    it('takes an empty blob, and none for an account that is not there', async () => {
      expect((await body(await jmap.download(await jmap.upload('')))).length).toBe(0);
      const response = await jmap.fetch(jmap.session.uploadUrl.replace('{accountId}', 'nobody'), {
        method: 'POST',
        body: 'x',
      });
      expect(response.status).toBe(404);
    });
  });

  describe('RFC 8620 §6.2 download', () => {
    it.each(['raw', 'text', 'file', 'upload'] as const)(
      'gives all of %s, as the type asked for, never as a document',
      async (name) => {
        const response = await jmap.download(blobs[name].id, {}, 'application/x-mine');
        expect(response.status).toBe(200);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'content-type': 'application/x-mine',
          'content-disposition': 'attachment; filename="name.bin"',
          'accept-ranges': 'bytes',
          etag: `"${blobs[name].id}"`,
          'x-content-type-options': 'nosniff',
          'content-security-policy': "sandbox; default-src 'none'",
          'cache-control': expect.stringContaining('no-store'),
        });
        expect((await body(response)).equals(blobs[name].bytes)).toBe(true);
      },
    );

    it.each(['nothing', 'rnothing', 'pnothing-1', `u${'0'.repeat(64)}`])(
      'finds nothing at %s',
      async (id) => {
        expect((await jmap.download(id)).status).toBe(404);
        expect((await jmap.download(id, { Range: 'bytes=0-1' })).status).toBe(404);
      },
    );
  });

  describe('RFC 9110 §14 ranges', () => {
    const names = ['raw', 'text', 'file', 'upload'] as const;
    it.each(
      names.flatMap((name) =>
        (['0-9', '10-', '-7', '5-5', '3-99999999'] as const).map((range) => [name, range] as const),
      ),
    )('of %s: bytes=%s', async (name, asked) => {
      const { id, bytes } = blobs[name];
      const [first, last] = asked.split('-') as [string, string];
      const from = first === '' ? bytes.length - Number(last) : Number(first);
      const to = first === '' || last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
      const response = await jmap.download(id, { Range: `bytes=${asked}` });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to}/${bytes.length}`);
      expect((await body(response)).equals(bytes.subarray(from, to + 1))).toBe(true);
    });

    it('put together is the whole', async () => {
      const { id, bytes } = blobs.file;
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += 77_777)
        pieces.push(await body(await jmap.download(id, { Range: `bytes=${at}-${at + 77_776}` })));
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    });

    it.each(names)('behind the end of %s are 416, with its size', async (name) => {
      const { id, bytes } = blobs[name];
      for (const range of [`bytes=${bytes.length}-`, 'bytes=-0']) {
        const response = await jmap.download(id, { Range: range });
        expect(response.status).toBe(416);
        expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
      }
    });

    it.each(['bytes=0-1,4-5', 'bytes=9-2', 'bytes=a-b', 'lines=0-1', 'bytes=-'])(
      '%s is answered with the whole',
      async (range) => {
        const response = await jmap.download(blobs.text.id, { Range: range });
        expect(response.status).toBe(200);
        expect((await body(response)).toString()).toBe(PLAIN);
      },
    );

    it('count only while the content is the one of If-Range; If-None-Match is answered 304', async () => {
      const { id } = blobs.text;
      expect((await jmap.download(id, { Range: 'bytes=0-1', 'If-Range': `"${id}"` })).status).toBe(206);
      expect((await jmap.download(id, { Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
      expect((await jmap.download(id, { 'If-None-Match': `"${id}"` })).status).toBe(304);
    });
  });

  describe('RFC 8620 §6.3 copy', () => {
    const copy = (blobIds: string[], args: object = {}) =>
      jmap.call<{
        copied: Record<string, string> | null;
        notCopied: Record<string, { type: string }> | null;
      }>('Blob/copy', {
        fromAccountId: jmap.accountId,
        accountId: jmap.otherId,
        blobIds,
        ...args,
      });

    it('gives the blob to the other account', async () => {
      const [upload, message] = [`u${'0'.repeat(64)}`, 'rnothing'];
      const { copied, notCopied } = await copy([blobs.upload.id, blobs.text.id, 'nothing', upload, message]);
      expect(Object.keys(copied ?? {})).toEqual([blobs.upload.id, blobs.text.id]);
      const missing = { type: 'blobNotFound' };
      expect(notCopied).toMatchObject({ nothing: missing, [upload]: missing, [message]: missing });
      const { list } = await jmap.call<GetAnswer>('Blob/get', {
        accountId: jmap.otherId,
        ids: [copied?.[blobs.text.id]],
      });
      expect(list[0]).toMatchObject({ 'data:asText': PLAIN });
    });

    it('is null where there is nothing to tell, and refused within one account', async () => {
      expect(await copy([])).toMatchObject({ copied: null, notCopied: null });
      expect(await jmap.error('Blob/copy', { fromAccountId: jmap.accountId, blobIds: [] })).toBe(
        'invalidArguments',
      );
    });
  });

  describe('RFC 9404 §4.1 Blob/upload', () => {
    const upload = (create: Record<string, object>) => jmap.call<Uploaded>('Blob/upload', { create });

    it('is told by the session', () => {
      const uri = 'urn:ietf:params:jmap:blob';
      expect(jmap.session.capabilities[uri]).toEqual({});
      expect(jmap.session.accounts[jmap.accountId]?.accountCapabilities[uri]).toEqual({
        maxSizeBlobSet: 50 * 1024 ** 2,
        maxDataSources: 100,
        supportedTypeNames: ['Mailbox', 'Thread', 'Email'],
        supportedDigestAlgorithms: ['sha', 'sha-256', 'sha-512'],
      });
    });

    it('joins texts, bytes and ranges of blobs, one made before in the same call too', async () => {
      const { created, notCreated } = await upload({
        a: { data: [{ 'data:asText': 'über ' }, { 'data:asBase64': '3q2+7w==' }], type: 'text/x-a' },
        b: {
          data: [
            { blobId: '#a', offset: 0, length: 5 },
            { blobId: blobs.text.id, offset: 4, length: 5 },
            { blobId: blobs.file.id, offset: 299_990 },
          ],
        },
        none: { data: [] },
      });
      expect(notCreated).toBeNull();
      expect(created).toMatchObject({
        a: { type: 'text/x-a', size: 10 },
        b: { type: 'application/octet-stream', size: 20 },
        none: { size: 0 },
      });
      const joined = await body(await jmap.download(created?.b?.id ?? ''));
      expect(
        joined.equals(
          Buffer.concat([
            Buffer.from('über quick').subarray(0, 5),
            Buffer.from('quick'),
            BYTES.subarray(-10),
          ]),
        ),
      ).toBe(true);
    });

    it('makes one file of chunks that were uploaded one by one', async () => {
      const chunks: string[] = [];
      for (let at = 0; at < BYTES.length; at += 100_000)
        chunks.push(await jmap.upload(BYTES.subarray(at, at + 100_000)));
      const { created } = await upload({ whole: { data: chunks.map((blobId) => ({ blobId })) } });
      expect(created?.whole).toMatchObject({ size: BYTES.length });
      expect((await body(await jmap.download(created?.whole?.id ?? ''))).equals(BYTES)).toBe(true);
    });

    it.each<[string, object, string]>([
      ['no data', {}, 'invalidProperties'],
      [
        'two sources in one',
        { data: [{ 'data:asText': 'a', 'data:asBase64': 'YQ==' }] },
        'invalidProperties',
      ],
      ['what is not base64', { data: [{ 'data:asBase64': 'Y*==' }] }, 'invalidProperties'],
      ['a blob that is not there', { data: [{ blobId: 'nothing' }] }, 'blobNotFound'],
      [
        'a range that is not there',
        { data: [{ blobId: 'TEXT', offset: 40, length: 10 }] },
        'invalidProperties',
      ],
      [
        'too many sources',
        { data: Array.from({ length: 101 }, () => ({ 'data:asText': 'a' })) },
        'invalidProperties',
      ],
    ])('refuses %s', async (_what, object, type) => {
      const { notCreated } = await upload({
        x: JSON.parse(JSON.stringify(object).replace('TEXT', blobs.text.id)),
      });
      expect(notCreated?.x).toMatchObject({ type });
    });
  });

  describe('RFC 9404 §4.2 Blob/get', () => {
    const get = async (id: string, args: object = {}) => {
      const { list } = await jmap.call<GetAnswer>('Blob/get', { ids: [id], ...args });
      return list[0] as JsonObject;
    };

    it('gives data and size, as text where it is text', async () => {
      expect(await get(blobs.text.id)).toEqual({
        id: blobs.text.id,
        'data:asText': PLAIN,
        size: PLAIN.length,
      });
      const few = await jmap.upload(Buffer.from('deadbeef', 'hex'));
      expect(await get(few)).toEqual({
        id: few,
        'data:asBase64': '3q2+7w==',
        isEncodingProblem: true,
        size: 4,
      });
      expect(await get(few, { properties: ['data:asText'] })).toEqual({
        id: few,
        'data:asText': null,
        isEncodingProblem: true,
      });
      expect(await get(few, { properties: ['data:asBase64'] })).toEqual({
        id: few,
        'data:asBase64': '3q2+7w==',
      });
    });

    it('gives ranges, and tells where less is there', async () => {
      expect(await get(blobs.text.id, { offset: 4, length: 5 })).toEqual({
        id: blobs.text.id,
        'data:asText': 'quick',
        size: 44,
      });
      expect(await get(blobs.text.id, { offset: 40, length: 10 })).toMatchObject({
        'data:asText': 'dog.',
        isTruncated: true,
      });
      expect(await get(blobs.text.id, { offset: 50 })).toMatchObject({
        'data:asText': '',
        isTruncated: true,
      });
      expect(
        await get(blobs.file.id, { offset: 1000, length: 4, properties: ['data:asBase64'] }),
      ).toMatchObject({
        'data:asBase64': BYTES.subarray(1000, 1004).toString('base64'),
      });
    });

    it('gives digests, of the range too', async () => {
      const hash = (name: string, bytes: Buffer) => createHash(name).update(bytes).digest('base64');
      expect(
        await get(blobs.file.id, { properties: ['digest:sha', 'digest:sha-256', 'digest:sha-512', 'size'] }),
      ).toEqual({
        id: blobs.file.id,
        'digest:sha': hash('sha1', BYTES),
        'digest:sha-256': hash('sha256', BYTES),
        'digest:sha-512': hash('sha512', BYTES),
        size: BYTES.length,
      });
      expect(await get(blobs.text.id, { offset: 4, length: 5, properties: ['digest:sha'] })).toMatchObject({
        'digest:sha': hash('sha1', Buffer.from('quick')),
      });
    });

    it('tells what is not there, and knows no other property', async () => {
      expect(
        await jmap.call('Blob/get', { ids: ['nothing', blobs.text.id], properties: ['size'] }),
      ).toMatchObject({
        list: [{ id: blobs.text.id, size: 44 }],
        notFound: ['nothing'],
      });
      expect(await jmap.error('Blob/get', { ids: [], properties: ['digest:md5'] })).toBe('invalidArguments');
      expect(await jmap.error('Blob/get', { ids: Array.from({ length: 501 }, () => 'x') })).toBe(
        'requestTooLarge',
      );
    });
  });

  it('RFC 9404 §4.3 Blob/lookup tells what a blob is of', async () => {
    const { threadId } = await jmap.email(emailId, { properties: ['threadId'] });
    const matchedIds = { Mailbox: [await jmap.mailboxId('inbox')], Thread: [threadId], Email: [emailId] };
    const typeNames = ['Mailbox', 'Thread', 'Email'];
    expect(
      await jmap.call('Blob/lookup', {
        typeNames,
        ids: [blobs.raw.id, blobs.file.id, blobs.upload.id, 'nothing'],
      }),
    ).toMatchObject({
      list: [
        { id: blobs.raw.id, matchedIds },
        { id: blobs.file.id, matchedIds },
        { id: blobs.upload.id, matchedIds: { Mailbox: [], Thread: [], Email: [] } },
      ],
      notFound: ['nothing'],
    });
    expect(await jmap.error('Blob/lookup', { typeNames: ['Calendar'], ids: [] })).toBe('unknownDataType');
  });
});
