/** Outlook.com may leave an attachment out of a copy (gateway.md pitfall 28): large mail is compared before the original goes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openAtInbox, PASSWORD } from './imap-account';

const USER = 'outlook';
const ATTACHED = 'x'.repeat(998).concat('\r\n').repeat(300);

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;
let inbox: Id;
let archive: Id;
/** Of the copy in Archive with this UID the server keeps the text only. */
let lostUid = 0;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  const mail = (subject: string, body: string) =>
    dovecot.deliver(USER, `Subject: ${subject}\r\nMessage-ID: <${subject}@example.org>\r\n\r\n${body}\r\n`);
  for (const subject of ['first', 'second', 'third']) await mail(subject, ATTACHED);
  await mail('small', 'x');
  let selected = '';
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromClient: (line) => {
      selected = /^\S+ (?:SELECT|EXAMINE) "?([^" ]+)/.exec(line)?.[1] ?? selected;
      return line;
    },
    fromServer: (line) => {
      if (line.startsWith('* ID ')) return '* ID ("name" "Microsoft.Exchange.Imap4.Imap4Server")';
      const isLost = selected === 'Archive' && new RegExp(`\\bUID ${lostUid}\\b`).test(line);
      return isLost ? line.replace(/RFC822\.SIZE \d+/, 'RFC822.SIZE 1200') : line;
    },
  });
  ({ account, inbox } = await openAtInbox(dovecot, { user: USER, port: proxy.port }));
  archive = await account.byRole('archive');
});
afterAll(async () => {
  await account.close();
  await proxy.stop();
  await dovecot.stop();
});

async function idOf(subject: string): Promise<Id> {
  const locations = await account.index.mailboxLocations(inbox, 1, 1_000);
  const rows = await account.index.emails(locations.map(({ emailId }) => emailId));
  return rows.find(({ headers }) => headers?.subject === subject)?.id ?? '';
}

async function there(mailbox: string): Promise<string[]> {
  const fields = await dovecot.doveadm('fetch', '-u', USER, 'hdr.subject', 'mailbox', mailbox);
  return [...fields.matchAll(/^hdr\.subject: (.*)$/gm)].map(([, subject]) => subject ?? '').sort();
}

const commands = (name: string) => proxy.sent().filter((line) => line.includes(` ${name} `)).length;
const none = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
const moved = (id: Id) => ({ ...none, id, addMailboxes: [archive], removeMailboxes: [inbox] });

it('moves large mail by a copy that is looked at, small mail at once', async () => {
  const [small, first] = [await idOf('small'), await idOf('first')];
  const results = await account.source.updateEmails([moved(small), moved(first)]);
  expect([...results.values()]).toEqual([null, null]);
  expect([commands('UID MOVE'), commands('UID COPY')]).toEqual([1, 1]);
  expect(await there('Archive')).toEqual(['first', 'small']);
  expect(await there('INBOX')).toEqual(['second', 'third']);
  expect((await account.index.emails([first]))[0]?.mailboxIds).toEqual([archive]);
});

it('pitfall 28: keeps the original of a copy that lost something, and takes the copy away', async () => {
  const [second, third] = [await idOf('second'), await idOf('third')];
  // Archive holds two: the next ones are 3 and 4.
  lostUid = 3;
  const results = await account.source.updateEmails([moved(second), moved(third)]);
  expect(results.get(second)).toMatchObject({ code: 'commandFailed' });
  expect(results.get(third)).toBeNull();
  expect(await there('INBOX')).toEqual(['second']);
  expect(await there('Archive')).toEqual(['first', 'small', 'third']);
  const [kept] = await account.index.emails([second]);
  expect(kept?.mailboxIds).toEqual([inbox]);
});

it('pitfall 28: a copy that lost something is no copy', async () => {
  const second = await idOf('second');
  lostUid = 5;
  const results = await account.source.updateEmails([{ ...none, id: second, addMailboxes: [archive] }]);
  expect(results.get(second)).toMatchObject({ code: 'commandFailed' });
  expect(await there('INBOX')).toEqual(['second']);
  expect(await there('Archive')).toEqual(['first', 'small', 'third']);
});
