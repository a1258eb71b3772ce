/** Destroying on a server without UIDPLUS that says OK to a STORE and keeps nothing (security.md I9). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { bareImap, type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const USER = 'kept';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD } });
  await dovecot.deliver(USER, 'Subject: kept\n\nbody\n');
  proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    tls: dovecot.tls,
    fromServer: bareImap,
    fromClient: (line) => line.replace('\\Deleted', '\\Seen'),
  });
  account = await openImapAccount(dovecot, { user: USER, port: proxy.port });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await proxy?.stop();
  await dovecot.stop();
});

it('I9: is told as a failure, and the mail stays in the list', async () => {
  const inbox = await account.byRole('inbox');
  await account.source.refreshMailbox(inbox, 10);
  const [location] = await account.index.mailboxLocations(inbox, 1, 10);
  const id = location?.emailId ?? '';
  const outcome = await account.source.destroyEmails([id]);
  expect(outcome.get(id)).toMatchObject({ code: 'commandFailed' });
  expect(await account.index.emails([id])).toHaveLength(1);
  expect(proxy.sent().some((line) => / EXPUNGE$/.test(line))).toBe(false);
});
