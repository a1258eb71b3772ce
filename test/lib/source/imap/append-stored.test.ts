/** A message that goes to a mail server as a stream: what cannot be taken back is looked at before. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '@/lib/db/blob-store-spool';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
let account: ImapAccount;
let inbox: Id;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { ann: PASSWORD } });
  account = await openImapAccount(dovecot, { user: 'ann' });
  await account.source.refreshMailboxes();
  inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 10);
});
afterAll(async () => {
  await account?.close();
  await dovecot?.stop();
});

function append(chunks: string[], size = chunks.join('').length, broken = false): Promise<Id> {
  let reads = 0;
  const open = async () => {
    reads += 1;
    // The first time it is read to its end, for what must not be in it; the header before.
    return Readable.from(broken && reads > 2 ? cut(chunks) : chunks.map((text) => Buffer.from(text)), {
      objectMode: false,
    });
  };
  const message = { sha256: hashOf(Buffer.from(chunks.join(''))), size, open };
  return account.source.appendStored({ message, mailboxIds: [inbox], keywords: [], receivedAt: 0 });
}

function* cut(chunks: string[]): Generator<Buffer> {
  yield Buffer.from(chunks[0] ?? '');
  throw Object.assign(new Error('the disk is broken'), { code: 'EIO' });
}

const text = async (id: Id) => Buffer.concat(await (await account.source.readRaw(id)).toArray()).toString();
const there = () => dovecot.doveadm('search', '-u', 'ann', 'mailbox', 'INBOX', 'all');

it('pitfall 17: a line end in two chunks is one; what has none at its end gets one', async () => {
  const id = await append(['Subject: a\r', '\n\r', '\nbody\r', '\nmore']);
  expect(await text(id)).toBe('Subject: a\r\n\r\nbody\r\nmore\r\n');
});

it.each([
  [['Subject: b\r\n\r\nbody', '\nmore\r\n']],
  [['Subject: b\r\n\r\nbody\r', 'more\r\n']],
  [['Subject: b\r\n\r\nbody\r']],
])('S18, pitfall 17: a bare CR or LF is refused before anything is sent: %j', async (chunks) => {
  const before = await there();
  await expect(append(chunks)).rejects.toMatchObject({ code: 'contentRefused' });
  expect(await there()).toBe(before);
});

it('I1: nothing is stored of one that cannot be read to its end, or is not as large as was said', async () => {
  const before = await there();
  const chunks = ['Message-ID: <c@example.org>\r\nSubject: c\r\n\r\n', 'body\r\n'];
  await expect(append(chunks, undefined, true)).rejects.toThrow();
  await expect(append(chunks, 1_000)).rejects.toThrow();
  expect(await there()).toBe(before);
  expect(await text(await append(chunks))).toBe(chunks.join(''));
});
