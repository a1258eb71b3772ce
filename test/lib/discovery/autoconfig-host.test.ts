/** Discovery against a domain's own web server, on the port that the world uses; where that may not be listened on, it is left out. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DiscoveryConfig, discover } from '@/lib/discovery/discover';
import { type NameServer, startNameServer } from '@/test/servers/dns';
import { createCertificate } from '@/test/servers/tls';

/** Addresses of their own, so that nobody else's 443 is in the way. */
const HOSTS = { own: '127.0.0.71', wrong: '127.0.0.72', silent: '127.0.0.73' };
const XML = `<clientConfig version="1.1"><emailProvider id="own.test">
  <incomingServer type="imap"><hostname>mail.elsewhere.test</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>mail.elsewhere.test</hostname><port>465</port><socketType>SSL</socketType><username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>`;

async function mayListen(): Promise<boolean> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(443, HOSTS.own, () => resolve(true));
  });
  if (listening) await new Promise((closed) => server.close(closed));
  return listening;
}

describe.skipIf(!(await mayListen()))('autoconfig of the domain itself', () => {
  let dir: string;
  let dns: NameServer;
  let config: DiscoveryConfig;
  const servers: Server[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gatepost-autoconfig-'));
    const { caFile, certFile, keyFile } = await createCertificate(dir, {
      names: ['autoconfig.own.test', 'silent.test'],
    });
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    const serve = async (host: string, listener: RequestListener) => {
      const server = createServer({ cert, key }, listener);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(443, host, resolve));
    };
    const tell: RequestListener = (request, response) => {
      asked.push(`${request.headers.host}${request.url}`);
      response.end(XML);
    };
    await serve(HOSTS.own, tell);
    await serve(HOSTS.wrong, tell);
    await serve(HOSTS.silent, (request) => void asked.push(`${request.headers.host}${request.url}`));
    dns = await startNameServer({
      a: {
        'autoconfig.own.test': HOSTS.own,
        'autoconfig.wrong.test': HOSTS.wrong,
        'silent.test': HOSTS.silent,
      },
    });
    config = {
      allowHosts: ['127.0.0.0/8'],
      allowPorts: [143, 993, 110, 995, 465, 587],
      fixed: null,
      dnsServers: [dns.address],
      tlsCaFile: caFile,
      tlsPins: new Map(),
      mailDomain: null,
    };
  });
  afterAll(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await dns?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test('is believed, wherever it leads: the certificate vouches for it; the name is not told', async () => {
    const { servers: found } = await discover('anna@own.test', config);
    expect(found[0]).toMatchObject({
      source: 'autoconfig',
      confirmed: true,
      incoming: { host: 'mail.elsewhere.test', port: 993, user: 'anna@own.test' },
    });
    expect(asked).toContain('autoconfig.own.test/mail/config-v1.1.xml');
    expect(asked.join()).not.toContain('anna');
  });

  test('S13: with a certificate of somebody else it is not', async () => {
    expect((await discover('anna@wrong.test', config)).servers).toEqual([]);
  });

  test('that never answers holds nobody back for longer than five seconds', async () => {
    const from = Date.now();
    expect((await discover('anna@silent.test', config)).servers).toEqual([]);
    expect(Date.now() - from).toBeLessThan(5_500);
    expect(asked.some((url) => url.startsWith('silent.test/'))).toBe(true);
  });
});
