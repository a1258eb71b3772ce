/** A mailbox as a file, and files into a mailbox, local and on a real IMAP server. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportFormat, exportMailbox } from '@/lib/account/export';
import { type ImportProgress, importMail, importSpool } from '@/lib/account/import';
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

  const account = () => jmap.runtime.accounts.open(jmap.accountId);
  async function exported(mailboxId: string, format: ExportFormat): Promise<Buffer> {
    const stream = await exportMailbox(await account(), mailboxId, format);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  async function imported(mailboxId: string, file: Buffer): Promise<ImportProgress | undefined> {
    let last: ImportProgress | undefined;
    // As the network cuts it.
    const body = Readable.from([file.subarray(0, 3), file.subarray(3)], { objectMode: false });
    const spool = importSpool(jmap.runtime.config.dataDir);
    for await (const progress of importMail(await account(), mailboxId, body, spool)) last = progress;
    return last;
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
});
