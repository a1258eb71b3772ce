import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchAutoconfig, parseAutoconfig } from '@/lib/discovery/autoconfig';
import { type DiscoveryConfig, discover } from '@/lib/discovery/discover';
import { PRESETS } from '@/lib/discovery/presets';
import { refinedBy } from '@/lib/discovery/refine';
import { AuthenticationError } from '@/lib/errors';
import { fetchGuarded } from '@/lib/net/fetch';
import { type NameServer, startNameServer } from '@/test/servers/dns';
import { type Certificate, createCertificate } from '@/test/servers/tls';

const XML = `<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="example.test">
  <domain>example.test</domain>
  <incomingServer type="pop3"><hostname>pop.example.test</hostname><port>995</port><socketType>SSL</socketType>
    <authentication>password-cleartext</authentication><username>%EMAILLOCALPART%</username></incomingServer>
  <incomingServer type="imap"><hostname>IMAP.example.test</hostname><port>993</port><socketType>SSL</socketType>
    <authentication>OAuth2</authentication><authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></incomingServer>
  <incomingServer type="imap"><hostname>plain.example.test</hostname><port>143</port><socketType>plain</socketType></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.example.test</hostname><port>587</port><socketType>STARTTLS</socketType>
    <authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>`;

let dir: string;
let certificate: Certificate;
let web: Server;
let dns: NameServer;
let origin: string;
const hits: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatepost-discovery-'));
  certificate = await createCertificate(dir, { names: ['autoconfig.example.test', 'example.test'] });
  dns = await startNameServer({
    a: {
      'autoconfig.example.test': '127.0.0.1',
      'wrong.example.test': '127.0.0.1',
      'inside.example.test': '10.0.0.1',
    },
    mx: {
      'hosted.test': ['aspmx.l.google.com'],
      'company.test': ['company-test.mail.protection.outlook.com'],
    },
    srv: {
      '_imaps._tcp.own.test': [
        { port: 993, target: 'second.own.test', priority: 20 },
        { port: 993, target: 'imap.own.test', priority: 10 },
      ],
      '_submission._tcp.own.test': [{ port: 587, target: 'smtp.own.test' }],
      '_imaps._tcp.foreign.test': [{ port: 993, target: 'imap.elsewhere.test' }],
      '_submissions._tcp.foreign.test': [{ port: 465, target: 'smtp.elsewhere.test' }],
      '_imaps._tcp.none.test': [{ port: 0, target: '.' }],
      '_submissions._tcp.none.test': [{ port: 465, target: 'smtp.none.test' }],
    },
  });
  const [cert, key] = await Promise.all([readFile(certificate.certFile), readFile(certificate.keyFile)]);
  web = createServer({ cert, key }, (request, response) => {
    hits.push(request.url ?? '');
    const redirect = /^\/to\?(.*)/.exec(request.url ?? '')?.[1];
    if (redirect) response.writeHead(302, { location: decodeURIComponent(redirect) }).end();
    else if (request.url === '/endless') endless(response);
    else if (request.url === '/silent') hits.push('silent');
    else response.end(XML);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  origin = `https://autoconfig.example.test:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await dns.stop();
  await rm(dir, { recursive: true });
});

function endless(response: {
  write(chunk: string): boolean;
  once(event: 'drain', listener: () => void): void;
}): void {
  while (response.write('x'.repeat(65_536)));
  response.once('drain', () => endless(response));
}

const config = (part: Partial<DiscoveryConfig> = {}): DiscoveryConfig => ({
  allowHosts: ['127.0.0.0/8'],
  allowPorts: [143, 993, 110, 995, 465, 587],
  fixed: null,
  dnsServers: [dns.address],
  tlsCaFile: certificate.caFile,
  tlsPins: new Map(),
  mailDomain: null,
  ...part,
});
const LIMITS = { size: 1_000_000, milliseconds: 2_000, redirects: 2 };
const ADDRESS = 'anna@example.test';

describe('autoconfig', () => {
  test('gives the servers with TLS and a password, and fills in the user name', async () => {
    expect(await fetchAutoconfig(new URL(`${origin}/mail/config-v1.1.xml`), ADDRESS, config())).toEqual([
      { protocol: 'pop3', host: 'pop.example.test', port: 995, security: 'tls', user: 'anna' },
      { protocol: 'imap', host: 'imap.example.test', port: 993, security: 'tls', user: ADDRESS },
      { protocol: 'smtp', host: 'smtp.example.test', port: 587, security: 'starttls', user: ADDRESS },
    ]);
    expect(hits.at(-1)).not.toContain('anna');
  });

  test.each([
    ['', 0],
    ['<html><body>Not found</body></html>', 0],
    [XML.replace('OAuth2', 'none').replaceAll('password-cleartext', 'OAuth2'), 0],
    [XML.replaceAll('IMAP.example.test', 'a b\nc'), 2],
    [XML.replace('>993<', '>99999<'), 2],
    [`<!DOCTYPE x [<!ENTITY h SYSTEM "file:///etc/passwd">]>${XML.replace('IMAP.example.test', '&h;')}`, 2],
    ['<clientConfig>'.repeat(20_000), 0],
  ])('S13 leaves out what cannot be used (case %#)', (xml, count) => {
    expect(parseAutoconfig(xml, ADDRESS)).toHaveLength(count);
  });
});

describe('S12 fetching', () => {
  const get = (path: string, part: Partial<DiscoveryConfig> = {}) =>
    fetchGuarded(new URL(path, origin), config(part), LIMITS);

  test('follows a few redirects, judging each', async () => {
    expect((await get(`/to?${encodeURIComponent(`${origin}/x`)}`)).status).toBe(200);
    await expect(get('/to?https://inside.example.test/')).rejects.toMatchObject({ code: 'addressForbidden' });
    await expect(get('/to?https://169.254.169.254/latest/meta-data')).rejects.toMatchObject({
      code: 'addressForbidden',
    });
    await expect(get(`/to?http://autoconfig.example.test/`)).rejects.toMatchObject({
      code: 'addressForbidden',
    });
    await expect(get('/to?file:///etc/passwd')).rejects.toMatchObject({ code: 'addressForbidden' });
    const thrice = ['/x', '/a', '/b'].reduce((to, _) => `/to?${encodeURIComponent(origin + to)}`, '/x');
    await expect(get(thrice)).rejects.toMatchObject({ code: 'limitExceeded' });
  });

  test('stops at its limits', async () => {
    await expect(get('/endless')).rejects.toMatchObject({ code: 'limitExceeded' });
    await expect(get('/silent')).rejects.toMatchObject({ code: 'connectionTimeout' });
  });

  test('S15 wants a certificate that fits', async () => {
    await expect(get('/', { tlsCaFile: null })).rejects.toMatchObject({ code: 'tlsFailed' });
    const wrong = origin.replace('autoconfig', 'wrong');
    await expect(fetchGuarded(new URL(wrong), config(), LIMITS)).rejects.toMatchObject({
      params: { reason: 'wrongName' },
    });
  });

  test('does not reach inside', async () => {
    await expect(get('/', { allowHosts: [] })).rejects.toMatchObject({ code: 'addressForbidden' });
  });
});

describe('discovery', () => {
  test('knows the providers without asking anybody', async () => {
    const found = await discover('Anna@GMail.com', config({ dnsServers: ['127.0.0.1:1'] }));
    expect(found.address).toBe('Anna@gmail.com');
    expect(found.provider).toMatchObject({
      id: 'gmail',
      signIn: 'appPassword',
      appPasswordUrl: expect.stringMatching(/^https:/),
    });
    expect(found.servers.map((one) => one.kind)).toEqual(['imap', 'pop3']);
    expect(found.servers[0]).toMatchObject({
      source: 'preset',
      confirmed: true,
      incoming: { host: 'imap.gmail.com', port: 993 },
    });
  });

  test('every preset is safe: TLS, ports that are allowed, https links, no domain twice', () => {
    for (const preset of PRESETS) {
      for (const server of [preset.imap, preset.pop3, preset.smtp]) {
        if (server) expect(config().allowPorts).toContain(server.port);
        expect(server?.security).not.toBe('none');
      }
      for (const url of [preset.appPasswordUrl, preset.settingsUrl])
        if (url) expect(url).toMatch(/^https:\/\//);
    }
    const domains = PRESETS.flatMap((preset) => preset.domains);
    expect(new Set(domains).size).toBe(domains.length);
  });

  test('takes SRV records of the domain itself as confirmed, by priority', async () => {
    const { servers } = await discover('anna@own.test', config());
    expect(servers[0]).toMatchObject({
      source: 'srv',
      confirmed: true,
      incoming: { host: 'imap.own.test', port: 993, security: 'tls', user: 'anna@own.test' },
      outgoing: { host: 'smtp.own.test', port: 587, security: 'starttls' },
    });
  });

  test('S13 SRV records that lead elsewhere are for the person to confirm', async () => {
    const { servers } = await discover('anna@foreign.test', config());
    expect(servers[0]).toMatchObject({
      source: 'srv',
      confirmed: false,
      incoming: { host: 'imap.elsewhere.test' },
    });
  });

  test('a service that the domain says it has not is not offered', async () => {
    expect((await discover('anna@none.test', config())).servers).toEqual([]);
  });

  test('recognises who hosts a domain by its MX, for the person to confirm', async () => {
    const { servers, provider } = await discover('anna@hosted.test', config());
    expect(servers[0]).toMatchObject({
      source: 'mx',
      confirmed: false,
      incoming: { host: 'imap.gmail.com', user: 'anna@hosted.test' },
    });
    expect(provider?.id).toBe('gmail');
    expect((await discover('anna@company.test', config())).provider).toMatchObject({
      id: 'outlook',
      signIn: 'oauthOnly',
    });
  });

  test('answers within five seconds when no name server does', async () => {
    const from = Date.now();
    expect((await discover('anna@nowhere.test', config({ dnsServers: ['127.0.0.1:9'] }))).servers).toEqual(
      [],
    );
    expect(Date.now() - from).toBeLessThan(5_500);
  });

  test('in fixed-server mode gives those servers, and a bare name its domain', async () => {
    const endpoint = { host: 'mail.inside.test', port: 993, security: 'tls' as const };
    const fixed = { kind: 'imap' as const, incoming: endpoint, outgoing: { ...endpoint, port: 465 } };
    const found = await discover('anna', config({ fixed, mailDomain: 'example.org' }));
    expect(found).toMatchObject({
      address: 'anna@example.org',
      servers: [{ source: 'fixed', confirmed: true, incoming: { user: 'anna@example.org' } }],
    });
    expect((await discover('anna', config({ fixed }))).servers[0]?.incoming.user).toBe('anna');
  });

  test.each([
    '',
    'anna',
    '@example.org',
    'anna@',
    'a b@example.org',
    'a\r\nb@example.org',
    'anna@exa mple.org',
    'a,b@example.org',
    `${'a'.repeat(320)}@example.org`,
  ])('S16 %j is no address', async (address) => {
    await expect(discover(address, config())).rejects.toMatchObject({ code: 'invalidArguments' });
  });

  test('writes a domain in its ASCII form', async () => {
    expect((await discover('anna@почта.test', config())).address).toBe('anna@xn--80a1acny.test');
  });
});

describe('a refused password in the light of the provider', () => {
  const refused = (serverText: string) => new AuthenticationError('wrongPassword', 'refused', { serverText });
  test.each([
    ['imap.gmail.com', 'imap', 'Invalid credentials (Failure)', 'appPasswordNeeded'],
    ['imap.gmail.com', 'imap', 'Application-specific password required', 'appPasswordNeeded'],
    ['imap.gmail.com', 'imap', 'Your account is not enabled for IMAP use.', 'protocolDisabled'],
    ['pop.yandex.ru', 'pop3', '[AUTH] login failure or POP3 disabled, try later', 'protocolDisabled'],
    ['outlook.office365.com', 'imap', 'LOGIN failed.', 'oauthNeeded'],
    [
      'smtp.office365.com',
      'smtp',
      '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.',
      'oauthNeeded',
    ],
    ['smtp.gmail.com', 'smtp', '534-5.7.9 Application-specific password required', 'appPasswordNeeded'],
    ['imap.example.org', 'imap', 'Authentication failed.', 'wrongPassword'],
    ['imap.rambler.ru', 'imap', 'Authentication failed.', 'wrongPassword'],
  ])('%s %s: %s', (host, protocol, text, code) => {
    expect(refinedBy(host, protocol, refused(text), { host }).code).toBe(code);
  });
});
