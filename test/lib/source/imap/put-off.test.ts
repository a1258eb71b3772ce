/** What could not be purged waits across a restart: it must go one day, and never with the mail of others (security.md I9). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { bareImap, type ImapProxy, startProxy } from '@/test/servers/proxy';
import { openImapAccount, PASSWORD } from './imap-account';

const USER = 'later';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatepost-imap-'));
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  for (const n of [1, 2, 3]) await dovecot.deliver(USER, `Subject: mail ${n}\n\nbody\n`);
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer: bareImap });
});
afterAll(async () => {
  await proxy?.stop();
  await dovecot.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const open = () => openImapAccount(dovecot, { user: USER, port: proxy.port, dataDir });
const flag = (sign: string, uid: string) =>
  dovecot.doveadm('flags', sign, '-u', USER, '\\Deleted', 'mailbox', 'INBOX', 'uid', uid);
const left = async () =>
  (await dovecot.doveadm('fetch', '-u', USER, 'uid', 'mailbox', 'INBOX')).match(/\d+/g);

it('I9: goes at the first look after a restart, when nothing of others is flagged any more', async () => {
  const before = await open();
  await before.source.refreshMailboxes();
  const inbox = await before.byRole('inbox');
  await before.source.refreshMailbox(inbox, 10);
  const [first] = await before.index.mailboxLocations(inbox, 1, 1);
  await flag('add', '3');
  expect([...(await before.source.destroyEmails([first?.emailId ?? ''])).values()]).toEqual([null]);
  expect(await left()).toEqual(['1', '2', '3']);
  await before.close();
  await flag('remove', '3');

  const after = await open();
  await after.source.refreshMailbox(inbox, 10);
  expect(await left()).toEqual(['2', '3']);
  expect((await after.index.mailbox(inbox))?.totalEmails).toBe(2);
  await after.close();
});
