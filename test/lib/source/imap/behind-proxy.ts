/** A Dovecot for the tests of a file, and for each of them an account of its own behind a proxy. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, type ProxyOptions, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount } from './imap-account';

export interface BehindProxy {
  dovecot: DovecotServer;
  /** Of the test that runs. */
  account: ImapAccount;
  /** Once in a test, when the user and the mail are there. */
  open(user: string, rewrites: Pick<ProxyOptions, 'fromServer' | 'fromClient'>): Promise<ImapAccount>;
}

export function behindProxy(): BehindProxy {
  const there = {} as BehindProxy;
  let proxy: ImapProxy;
  beforeAll(async () => {
    there.dovecot = await startDovecot();
    there.open = async (user, rewrites) => {
      const { ports, tls } = there.dovecot;
      proxy = await startProxy({ upstreamPort: ports.imap, tls, ...rewrites });
      there.account = await openImapAccount(there.dovecot, { user, port: proxy.port });
      return there.account;
    };
  });
  afterAll(() => there.dovecot.stop());
  afterEach(async () => {
    await there.account.close();
    await proxy.stop();
  });
  return there;
}
