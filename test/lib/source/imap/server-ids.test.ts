/** The server's own ids cost no question of their own, and are done without where it refuses them (gateway.md 2.2). */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD, USER } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  for (const n of [1, 2]) await dovecot.deliver(USER, `Subject: mail ${n}\n\nx\n`);
});
afterAll(() => dovecot.stop());
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

async function open(fromClient: (line: string) => string): Promise<string[]> {
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromClient });
  account = await openImapAccount(dovecot, { port: proxy.port });
  await account.source.refreshMailboxes();
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 50);
  return (await account.index.mailboxLocations(inbox, 1, 10)).map(({ emailId }) => emailId[0] ?? '');
}
const fetches = () => proxy.sent().filter((line) => / FETCH /.test(line));

it('the first page of a mailbox is one FETCH', async () => {
  expect(await open((line) => line)).toEqual(['d', 'd']);
  expect(fetches()).toHaveLength(1);
});

it('where they are refused each message has an id of its place, and they are not asked for again', async () => {
  expect(await open((line) => line.replace('X-GUID', 'X-NOTHING'))).toEqual(['m', 'm']);
  const asked = fetches().length;
  await dovecot.deliver(USER, 'Subject: later\n\nx\n');
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 50);
  expect((await account.index.mailbox(inbox))?.totalEmails).toBe(3);
  expect(fetches().slice(asked).join()).not.toContain('X-');
});
