import { afterAll, beforeAll } from 'vitest';
import { sourceContract } from '@/test/contract/source';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { bareImap, type ImapProxy, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { openImapAccount, PASSWORD } from './imap-account';

let dovecot: DovecotServer;
const proxies: ImapProxy[] = [];

beforeAll(async () => {
  dovecot = await startDovecot({ users: { full: PASSWORD, plain: PASSWORD, bare: PASSWORD } });
});

afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
  await dovecot.stop();
});

async function behindProxy(fromServer: (line: string) => string | null, user: string) {
  const proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
  proxies.push(proxy);
  return openImapAccount(dovecot, { port: proxy.port, user });
}

sourceContract('IMAP on Dovecot', () => openImapAccount(dovecot, { user: 'full' }));

sourceContract('IMAP without CONDSTORE, MOVE, ESEARCH, LIST-STATUS', () =>
  behindProxy(
    withoutCapabilities('CONDSTORE', 'QRESYNC', 'ENABLE', 'MOVE', 'ESEARCH', 'LIST-STATUS', 'SPECIAL-USE'),
    'plain',
  ),
);

sourceContract('bare IMAP4rev1', () => behindProxy(withoutDovecot, 'bare'), { twoMailboxes: true });

/** Nothing tells that this is Dovecot: no ID, so no X-GUID. */
function withoutDovecot(line: string): string | null {
  return bareImap(line);
}
