/** A server that allows fewer connections than we would have (gateway.md 4, pitfall 20). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD, USER } from './imap-account';

let dovecot: DovecotServer;
let proxy: ImapProxy;
let account: ImapAccount;

beforeAll(async () => {
  dovecot = await startDovecot({
    users: { [USER]: PASSWORD },
    config: 'protocol imap {\n  mail_max_userip_connections = 1\n}\n',
  });
  await dovecot.deliver(USER, 'Subject: mail\n\nzebra\n');
});
afterAll(() => dovecot.stop());

beforeEach(async () => {
  proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
  account = await openImapAccount(dovecot, { port: proxy.port });
});
afterEach(async () => {
  await account.close();
  await proxy.stop();
});

const search = async () => {
  const inbox = await account.byRole('inbox');
  return account.source.search({ body: 'zebra' }, [inbox], new AbortController().signal);
};

it('pitfall 20: does with one connection, and does not ask for more each time', async () => {
  await account.source.refreshMailboxes();
  expect((await search()).emailIds).toHaveLength(1);
  const asked = proxy.accepted();
  expect(asked).toBe(2);
  expect((await search()).emailIds).toHaveLength(1);
  account.source.watch([await account.byRole('inbox')]);
  await account.source.refreshMailboxes();
  expect(account.source.diagnostics?.().watching).toBe('poll');
  expect(proxy.accepted()).toBe(asked);
  expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
});

it('R22, pitfall 20: other programs have them all: that is no wrong password, and passes', async () => {
  const phone = await PlainImap.open(dovecot.ports.imap, USER, PASSWORD);
  await expect(account.source.refreshMailboxes()).rejects.toMatchObject({ code: 'serverUnavailable' });
  expect(account.source.status()).toMatchObject({ connection: 'offline' });
  phone.close();
  await vi.waitFor(() => account.source.refreshMailboxes(), { timeout: 15_000, interval: 200 });
  expect(account.source.status()).toMatchObject({ connection: 'ready', error: null });
});
