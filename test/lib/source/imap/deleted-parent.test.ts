/** A mailbox that another program deletes while others are below it: its name stays in the list (RFC 3501 §6.3.4). */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

it.each([
  ['as Dovecot lists it', (line: string) => line],
  [
    'as \\Noselect',
    (line: string) =>
      line.replace(/^\* LIST \(\\HasChildren\) "\/" Parent$/, '* LIST (\\Noselect) "/" Parent'),
  ],
])('R15, I8: holds nothing any more, until it is made anew: %s', async (name, listed) => {
  const user = `user${name.length}`;
  let isDeleted = false;
  const fromServer = (line: string) => (isDeleted ? listed(line) : line);
  await dovecot.addUser(user, PASSWORD);
  for (const path of ['Parent', 'Parent/Child']) await dovecot.doveadm('mailbox', 'create', '-u', user, path);
  await dovecot.deliver(user, 'Subject: within\n\nx\n', { mailbox: 'Parent' });
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
  account = await openImapAccount(dovecot, { user, port: proxy.port });
  const { index, source } = account;
  await source.refreshMailboxes();
  const parent = (await index.mailboxes()).find((mailbox) => mailbox.name === 'Parent')?.id ?? '';
  await source.refreshMailbox(parent, 10);
  const [held] = await index.mailboxLocations(parent, 1, 10);
  source.watch([await account.byRole('inbox')]);
  await vi.waitFor(() => expect(source.diagnostics?.().watching).toBe('notify'), 10_000);
  isDeleted = true;
  await dovecot.doveadm('mailbox', 'delete', '-u', user, 'Parent');
  // Dovecot notifies nobody of it: the next list tells.
  await source.reconnect();
  await vi.waitFor(async () => expect((await index.mailbox(parent))?.totalEmails).toBe(0), 10_000);
  expect(await index.emails([held?.emailId ?? ''])).toEqual([]);
  isDeleted = false;
  await dovecot.doveadm('mailbox', 'create', '-u', user, 'Parent');
  await dovecot.deliver(user, 'Subject: again\n\nx\n', { mailbox: 'Parent' });
  await source.refreshMailboxes();
  await source.refreshMailbox(parent, 10);
  expect(await index.mailbox(parent)).toMatchObject({ totalEmails: 1, wire: { selectable: true } });
});
