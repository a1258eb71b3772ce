/** Email/get where the mail server holds more than the index: headers of parts, and mail that went meanwhile. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmailBodyPart, Id, JsonObject } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import type { ImapProxy, Rewrite } from '@/test/servers/proxy';
import { ADDRESS, type Fixture, type GetAnswer, openBehindProxy, type QueryAnswer } from './fixture';

type Got = JsonObject & { id: Id };

let dovecot: DovecotServer;
let proxy: ImapProxy;
let jmap: Fixture;
let ours: Rewrite = (line) => line;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: 'secret' } });
  await dovecot.deliver(ADDRESS, plainMessage('Stays', 'This one stays.'));
  await dovecot.deliver(ADDRESS, plainMessage('Goes', 'This one goes.'));
  await dovecot.deliver(ADDRESS, messageOfParts('Large', 26_000));
  await dovecot.deliver(ADDRESS, messageOfParts('Small', 1));
  ({ jmap, proxy } = await openBehindProxy(dovecot, (line) => ours(line)));
});
afterAll(() => jmap?.close());

/** With 26,000 lines it is larger than what is taken apart in memory. */
function messageOfParts(subject: string, lines: number): Buffer {
  const head = [
    'From: ann@example.org',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: multipart/alternative; boundary=i',
    'X-Part: both',
    '',
    '--i',
    'X-Part: text',
    '',
    'Words.',
    '--i',
    '',
    'A part without a header.',
    '--i--',
    '--o',
    'Content-Type: application/octet-stream; charset=utf-8; name=big.bin',
    'X-Part: file',
    '',
    '',
  ];
  const line = `${'x'.repeat(998)}\r\n`;
  return Buffer.from(`${head.join('\r\n')}${line.repeat(lines)}--o--\r\n`);
}

async function idsBySubject(): Promise<Map<string, Id>> {
  const { id } = await jmap.mailbox('inbox');
  const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: id } });
  const { list } = await jmap.call<GetAnswer<Got>>('Email/get', { ids, properties: ['subject'] });
  return new Map(list.map((email) => [String(email.subject), email.id]));
}

async function partsOf(
  subject: string,
): Promise<{ bodyStructure: EmailBodyPart; attachments: EmailBodyPart[] }> {
  const { list } = await jmap.call<GetAnswer<Got>>('Email/get', {
    ids: [(await idsBySubject()).get(subject) ?? ''],
    properties: ['bodyStructure', 'attachments'],
    bodyProperties: ['type', 'charset', 'header:X-Part:asText', 'subParts'],
  });
  const [email] = list as unknown as { bodyStructure: EmailBodyPart; attachments: EmailBodyPart[] }[];
  if (!email) throw new Error(`no mail ${subject}`);
  return email;
}

const HEADERS_OF_PARTS = {
  'header:X-Part:asText': null,
  subParts: [
    {
      'header:X-Part:asText': 'both',
      subParts: [{ 'header:X-Part:asText': 'text' }, { 'header:X-Part:asText': null }],
    },
    { 'header:X-Part:asText': 'file' },
  ],
};

it('the headers of parts are read without the parts, however large they are (gateway.md 2.7)', async () => {
  const { bodyStructure, attachments } = await partsOf('Large');
  expect(bodyStructure).toMatchObject(HEADERS_OF_PARTS);
  // RFC 8621 §4.1.4: as the Content-Type says, also where it is no text.
  expect(attachments).toMatchObject([{ type: 'application/octet-stream', charset: 'utf-8' }]);
  const fetched = proxy.sent().filter((line) => /\.MIME\]/.test(line));
  expect(fetched).toHaveLength(1);
  expect(proxy.sent().some((line) => /BODY\.PEEK\[\]/.test(line))).toBe(false);
});

it('pitfall 5: a server that gives only the first of several sections has the headers of the others read from the message', async () => {
  ours = (line) => line.replace(/(BODY\.PEEK\[[\d.]+MIME\]<[\d.]+>).*\)/, '$1)');
  expect((await partsOf('Small')).bodyStructure).toMatchObject(HEADERS_OF_PARTS);
  ours = (line) => line;
  expect(proxy.sent().filter((line) => /\.MIME\].*\.MIME\]/.test(line))).not.toEqual([]);
});

it('mail that another program removed a moment ago is not found; the mail beside it is', async () => {
  const ids = await idsBySubject();
  const [stays = '', goes = ''] = [ids.get('Stays'), ids.get('Goes')];
  const other = await PlainImap.open(dovecot.ports.imap, ADDRESS, 'secret');
  await other.must('SELECT INBOX');
  const [uid] = (await other.must('UID SEARCH SUBJECT Goes')).join(' ').match(/\d+/) ?? [];
  await other.must(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await other.must('EXPUNGE');
  other.close();
  const answer = await jmap.call<GetAnswer<Got>>('Email/get', {
    ids: [goes, stays],
    properties: ['bodyValues'],
    fetchTextBodyValues: true,
  });
  expect(answer).toMatchObject({ list: [{ id: stays }], notFound: [goes] });
});
