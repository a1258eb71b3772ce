/** A mailbox as a file, and files into a mailbox, local and on a real IMAP server. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExportFormat, exportMailbox } from '@/lib/account/export';
import { type ImportProgress, importMail, importSpool } from '@/lib/account/import';
import { zipOf } from '@/lib/account/zip';
import { hashOf } from '@/lib/db/blob-store-spool';
import { ConnectionError, RequestError } from '@/lib/errors';
import { withCrlf } from '@/lib/mime/crlf';
import { type Fixture, openFixture } from '@/test/lib/jmap/fixture';

const text = (n: number, id = `<x${n}@example.org>`) =>
  `Date: Tue, 03 Nov 2026 10:00:0${n} +0000\r\n${id && `Message-ID: ${id}\r\n`}Subject: exported ${n}/x\r\n\r\nFrom me\r\n.${n}\r\n`;

describe.each(['local', 'imap'] as const)('mail as files (%s)', (kind) => {
  let jmap: Fixture;
  let from: string;
  let to: string;
  beforeAll(async () => {
    jmap = await openFixture(kind);
    from = (await jmap.mailbox('archive')).id;
    to = (await jmap.mailbox('drafts')).id;
  });
  afterAll(() => jmap?.close());
  afterEach(() => vi.restoreAllMocks());

  const account = () => jmap.runtime.accounts.open(jmap.accountId);
  async function exported(mailboxId: string, format: ExportFormat): Promise<Buffer> {
    const stream = await exportMailbox(await account(), mailboxId, format);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  let last: ImportProgress | undefined;
  async function imported(mailboxId: string, file: Buffer): Promise<ImportProgress | undefined> {
    last = undefined;
    // As the network cuts it.
    const body = Readable.from([file.subarray(0, 3), file.subarray(3)], { objectMode: false });
    const { blobs, config } = jmap.runtime;
    const places = { blobs, spoolDirectory: importSpool(config.dataDir) };
    for await (const progress of importMail(await account(), mailboxId, body, places)) last = progress;
    return last;
  }
  async function zipped(files: Record<string, string>): Promise<Buffer> {
    const open = (content: string) => async () => Readable.from([Buffer.from(content)]);
    const entries = Object.entries(files).map(([name, content]) => ({
      ...{ name, modifiedAt: 0, open: open(content) },
    }));
    const chunks: Buffer[] = [];
    for await (const chunk of zipOf(entries, { compress: true })) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  async function texts(mailboxId: string): Promise<string[]> {
    const { index, source } = await account();
    await source.refreshMailbox(mailboxId, 100);
    const found: string[] = [];
    for (const { emailId } of await index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER)) {
      const chunks: Buffer[] = [];
      for await (const chunk of await source.readRaw(emailId)) chunks.push(chunk);
      found.push(Buffer.concat(chunks).toString());
    }
    return found.filter((raw) => raw.includes('exported')).toSorted();
  }

  it('go out as mbox and as zip, and come back byte for byte, once', async () => {
    for (const n of [1, 2, 3]) await imported(from, Buffer.from(text(n)));
    await imported(from, Buffer.from(text(4, '').replaceAll('\r\n', '\n')));
    const all = [text(1), text(2), text(3), text(4, '')].toSorted();
    expect(await texts(from)).toEqual(all);
    const mbox = await exported(from, 'mbox');
    expect(await imported(to, mbox)).toMatchObject({
      imported: mbox.toString().split('\nSubject: ').length - 1,
      failed: 0,
    });
    expect(await texts(to)).toEqual(all);
    const zip = await exported(from, 'zip');
    expect(zip.includes('2026-11-03 exported 1_x.eml')).toBe(true);
    const again = await imported(to, zip);
    expect(again).toMatchObject({ imported: 0, failed: 0 });
    expect(again?.skipped).toBeGreaterThanOrEqual(4);
    expect(await texts(to)).toEqual(all);
  });

  it.runIf(kind === 'local')(
    'a file of one message may be too large for memory; each of its bytes is kept, once',
    async () => {
      const { index, source } = await account();
      const file = Buffer.concat([
        Buffer.from('Message-ID: <huge@example.org>\nSubject: huge\n\n'),
        Buffer.from(`${'huge '.repeat(15)}\n`.repeat(1_000_000)),
      ]);
      const one = { imported: 1, skipped: 0, failed: 0 };
      expect(await imported(to, file)).toMatchObject(one);
      expect(await imported(to, file)).toMatchObject({ ...one, imported: 0, skipped: 1 });
      const { emailIds } = await source.search({ subject: 'huge' }, [to], AbortSignal.timeout(10_000));
      const hash = createHash('sha256');
      for await (const chunk of await source.readRaw(emailIds[0] ?? '')) hash.update(chunk);
      expect(hash.digest('hex')).toBe(hashOf(withCrlf(file)));
      expect(await index.emails(emailIds)).toHaveLength(1);
    },
  );

  it.runIf(kind === 'local')(
    'one of which the provider no longer has the body goes out by its headers, and holds up no other',
    async () => {
      const { source } = await account();
      const raw = source.readRaw.bind(source);
      let calls = 0;
      vi.spyOn(source, 'readRaw').mockImplementation(async (id) => {
        calls += 1;
        if (calls === 1) throw new RequestError('goneAtProvider', 'no longer there');
        return raw(id);
      });
      const mbox = (await exported(from, 'mbox')).toString();
      expect(mbox.split('\nFrom MAILER-DAEMON ')).toHaveLength(calls);
      expect(mbox.split('\nSubject: ')).toHaveLength(calls + 1);
      calls = 0;
      expect((await exported(from, 'zip')).subarray(0, 2).toString()).toBe('PK');
    },
  );

  it('R25: what is no mail is counted and does no harm; a broken archive is refused', async () => {
    expect(await imported(to, Buffer.from('hello'))).toEqual({
      imported: 0,
      skipped: 0,
      failed: 1,
      bytes: 5,
    });
    await expect(imported(to, Buffer.from('PK\x03\x04 and no more'))).rejects.toMatchObject({
      code: 'protocolViolation',
    });
    await expect(imported('bnone', Buffer.from(text(9)))).rejects.toMatchObject({ code: 'notFound' });
  });

  it('R25: what stands before the broken place of a file is stored and counted', async () => {
    const garbled = Buffer.alloc(2_000, 'garbled');
    const zip = await zipped({ '1.eml': text(5), '2.eml': text(6), '3.eml': `${text(7)}${garbled}` });
    // The compressed bytes of the last file: behind its name, which is there twice.
    zip.fill(0xff, zip.indexOf('3.eml') + 5, zip.indexOf('3.eml') + 45);
    await expect(imported(to, zip)).rejects.toMatchObject({ code: 'protocolViolation' });
    expect(last).toMatchObject({ imported: 2, skipped: 0, failed: 0 });
    expect(await texts(to)).toEqual(expect.arrayContaining([text(5), text(6)]));
  });

  it.runIf(kind === 'local')('an mbox of any size within a zip is read message by message', async () => {
    const line = `${'x'.repeat(70)}\n`.repeat(60_000);
    const message = (n: number) => {
      const lines = text(n, `<l${n}@example.org>`).replaceAll('\r\n', '\n').replace('\nFrom', '\n>From');
      return `From a\n${lines}${line}\n`;
    };
    const mbox = Array.from({ length: 16 }, (_, n) => message(n)).join('');
    expect(mbox.length).toBeGreaterThan(64 * 1024 ** 2);
    const zip = await zipped({ 'all.mbox': mbox, 'one.eml': text(8) });
    expect(await imported(from, zip)).toMatchObject({ imported: 17, skipped: 0, failed: 0 });
  });

  it.runIf(kind === 'local')(
    'a message of an mbox file may be too large for memory: it is kept with each of its bytes, as are those around it',
    async () => {
      const { source } = await account();
      const body = `${'giant '.repeat(12)}\n`.repeat(1_000_000);
      const file = Buffer.from(
        [
          'From a\nMessage-ID: <before@x>\nSubject: exported before\n\nb\n\n',
          `From b\nX-Status: F\nMessage-ID: <giant@x>\nSubject: giant\n\n>From me\n${body}\n`,
          'From c\nMessage-ID: <after@x>\nSubject: exported after\n\na\n',
        ].join(''),
      );
      expect(await imported(to, file)).toMatchObject({ imported: 3, skipped: 0, failed: 0 });
      expect(await imported(to, file)).toMatchObject({ imported: 0, skipped: 3, failed: 0 });
      const { emailIds } = await source.search({ subject: 'giant' }, [to], AbortSignal.timeout(10_000));
      const hash = createHash('sha256');
      for await (const chunk of await source.readRaw(emailIds[0] ?? '')) hash.update(chunk);
      const wanted = withCrlf(Buffer.from(`Message-ID: <giant@x>\nSubject: giant\n\nFrom me\n${body}`));
      expect(hash.digest('hex')).toBe(hashOf(wanted));
      const [row] = await (await account()).index.emails(emailIds);
      expect(row?.keywords).toEqual(['$flagged']);
    },
  );

  it.runIf(kind === 'local')('one beyond the limit is counted, and those behind it are taken', async () => {
    const { blobs } = jmap.runtime;
    vi.spyOn(blobs, 'put').mockRejectedValueOnce(new RequestError('tooLarge', 'larger than allowed'));
    const body = `${'vast '.repeat(14)}\n`.repeat(1_000_000);
    const file = Buffer.from(
      `From a\nSubject: vast\n\n${body}\nFrom b\nMessage-ID: <beyond@x>\nSubject: exported beyond\n\na\n`,
    );
    expect(await imported(to, file)).toMatchObject({ imported: 1, skipped: 0, failed: 1 });
  });

  it.runIf(kind === 'imap')('what was stored before the server was gone is counted', async () => {
    const { source } = await account();
    const append = source.append.bind(source);
    let calls = 0;
    vi.spyOn(source, 'append').mockImplementation((email) => {
      calls += 1;
      if (calls === 3) return Promise.reject(new ConnectionError('connectionLost', 'cut'));
      return append(email);
    });
    const zip = await zipped({
      '1.eml': text(1, '<c1@x>'),
      '2.eml': text(2, '<c2@x>'),
      '3.eml': text(3, '<c3@x>'),
    });
    await expect(imported(to, zip)).rejects.toMatchObject({ code: 'connectionLost' });
    expect(last).toMatchObject({ imported: 2, failed: 0 });
  });
});
