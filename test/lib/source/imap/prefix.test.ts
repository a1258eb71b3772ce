/** A server whose mailboxes are all under INBOX and that does not say so (gateway.md 1, tier E; pitfall 12). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { UNDER_INBOX } from '@/test/servers/dovecot-conf';
import { bareImap, type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD, USER } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [USER]: PASSWORD }, config: UNDER_INBOX });
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer: bareImap });
  account = await openImapAccount(dovecot, { port: proxy.port });
  await account.source.refreshMailboxes();
});
afterAll(async () => {
  await account?.close();
  await proxy?.stop();
  await dovecot.stop();
});

const mailbox = (name: string) => ({ name, parentId: null, role: null, isSubscribed: true });

it('pitfall 12: a mailbox that it refuses beside INBOX is made under it', async () => {
  const id = await account.source.createMailbox(mailbox('Projects'));
  expect((await account.index.mailbox(id))?.wire?.path).toBe('INBOX.Projects');
});

it('what is there already is refused as that', async () => {
  await expect(account.source.createMailbox(mailbox('Projects'))).rejects.toMatchObject({
    serverText: expect.stringMatching(/exists/i),
  });
});
