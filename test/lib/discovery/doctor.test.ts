import { X509Certificate } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Diagnosis, diagnose, diagnoseIncoming } from '@/lib/discovery/doctor';
import type { Servers } from '@/lib/discovery/types';
import type { NetConfig } from '@/lib/net/guard';
import type { Security } from '@/lib/net/types';
import { startNameServer } from '@/test/servers/dns';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { freePorts } from '@/test/servers/ports';
import { startProxy } from '@/test/servers/proxy';
import { type Submission, startSubmission } from '@/test/servers/submission';

const USERS = { 'anna@example.org': 'secret' };
let dovecot: DovecotServer;
let smtp: Submission;

beforeAll(async () => {
  dovecot = await startDovecot({ users: USERS });
  smtp = await startSubmission(dovecot, USERS);
});
afterAll(async () => {
  await smtp?.stop();
  await dovecot?.stop();
});

const config = (part: Partial<NetConfig> = {}): NetConfig => ({
  allowHosts: ['localhost'],
  allowPorts: [993],
  fixed: null,
  dnsServers: [],
  tlsCaFile: dovecot.tls.caFile,
  tlsPins: new Map(),
  ...part,
});

interface Change {
  kind?: 'imap' | 'pop3';
  port?: number;
  host?: string;
  security?: Security;
  smtpPort?: number;
}

function servers({
  kind = 'imap',
  port,
  host = 'localhost',
  security = 'tls',
  smtpPort = smtp.port,
}: Change = {}): Servers {
  const user = 'anna@example.org';
  const usual = kind === 'imap' ? dovecot.ports.imaps : dovecot.ports.pop3s;
  return {
    kind,
    incoming: { host, port: port ?? usual, security, user },
    outgoing: { host: 'localhost', port: smtpPort, security: 'tls', user },
  };
}

const states = ({ steps }: Diagnosis) => steps.map(({ server, step, state }) => `${server} ${step} ${state}`);
const failed = ({ steps }: Diagnosis) => steps.find((step) => step.state === 'failed');
const good = { password: 'secret' };

test.each(['imap', 'pop3'] as const)('a good %s account passes every step of both servers', async (kind) => {
  const diagnosis = await diagnose(servers({ kind }), good, config());
  expect(diagnosis.error).toBeNull();
  expect(diagnosis.steps).toHaveLength(10);
  expect(diagnosis.steps.every((step) => step.state === 'ok')).toBe(true);
});

test.each(['imap', 'pop3'] as const)(
  'a wrong %s password: the server is named, its words are kept, SMTP is not tried',
  async (kind) => {
    const diagnosis = await diagnose(servers({ kind }), { password: 'wrong' }, config());
    expect(states(diagnosis).slice(2, 6)).toEqual([
      'incoming tls ok',
      'incoming greet ok',
      'incoming signIn failed',
      'outgoing find skipped',
    ]);
    expect(failed(diagnosis)).toMatchObject({ code: 'wrongPassword', params: { host: 'localhost' } });
    expect(failed(diagnosis)?.serverText).toMatch(/Authentication failed/i);
  },
);

test('a POP3 server is tried with the sign-in method of the account', async () => {
  const pop3 = servers({ kind: 'pop3' });
  expect((await diagnose(pop3, good, config(), 'login')).error).toBeNull();
  // Dovecot greets without a timestamp here: no APOP.
  expect(failed(await diagnose(pop3, good, config(), 'apop'))).toMatchObject({
    ...{ step: 'signIn', code: 'unsupported' },
  });
});

test('the outgoing server fails by itself', async () => {
  const refusing = await startSubmission(dovecot, { 'anna@example.org': 'other' });
  const diagnosis = await diagnose(servers({ smtpPort: refusing.port }), good, config());
  await refusing.stop();
  expect(failed(diagnosis)).toMatchObject({ server: 'outgoing', step: 'signIn', code: 'wrongPassword' });
});

test('the outgoing server says as precisely as the incoming one what is wrong', async () => {
  const [port = 0] = await freePorts(1);
  const refused = await diagnose(servers({ smtpPort: port }), good, config());
  expect(failed(refused)).toMatchObject({
    server: 'outgoing',
    step: 'connect',
    code: 'connectionRefused',
    params: { port },
  });
  const other = await startDovecot();
  const untrusted = await startSubmission(other, USERS);
  const diagnosis = await diagnose(servers({ smtpPort: untrusted.port }), good, config());
  await Promise.all([untrusted.stop(), other.stop()]);
  expect(failed(diagnosis)).toMatchObject({
    server: 'outgoing',
    step: 'tls',
    params: { reason: 'untrusted' },
  });
  expect(failed(diagnosis)?.params?.names).toContain('localhost');
});

test('a name without an address fails at "find"', async () => {
  const diagnosis = await diagnose(servers({ host: 'imap.no-such-host.invalid' }), good, config());
  expect(failed(diagnosis)).toMatchObject({
    step: 'find',
    code: 'hostNotFound',
    params: { host: 'imap.no-such-host.invalid' },
  });
});

test('S12 an inside address fails at "find" without being dialled', async () => {
  const diagnosis = await diagnose(servers(), good, config({ allowHosts: [] }));
  expect(failed(diagnosis)).toMatchObject({ step: 'find', code: 'addressForbidden' });
});

test('a port where nobody listens fails at "connect"', async () => {
  const [port = 0] = await freePorts(1);
  const diagnosis = await diagnose(servers({ port }), good, config());
  expect(failed(diagnosis)).toMatchObject({ step: 'connect', code: 'connectionRefused', params: { port } });
});

test('S15 an unknown authority fails at "tls" and tells about the certificate', async () => {
  const diagnosis = await diagnose(servers(), good, config({ tlsCaFile: null }));
  const step = failed(diagnosis);
  expect(step).toMatchObject({ step: 'tls', code: 'tlsFailed', params: { reason: 'untrusted' } });
  expect(step?.params?.names).toContain('localhost');
  expect(Date.parse(String(step?.params?.validTo))).toBeGreaterThan(Date.now());
});

test('S15 a certificate for another name, with the names it is for', async () => {
  const names = await startNameServer({ a: { 'imap.example.test': '127.0.0.1' } });
  const named = config({ allowHosts: ['imap.example.test'], dnsServers: [names.address] });
  const diagnosis = await diagnose(servers({ host: 'imap.example.test' }), good, named);
  await names.stop();
  expect(failed(diagnosis)).toMatchObject({
    step: 'tls',
    code: 'tlsFailed',
    params: { host: 'imap.example.test', reason: 'wrongName' },
  });
  expect(failed(diagnosis)?.params?.names).toContain('localhost');
});

test('S15 an expired certificate', async () => {
  const expired = await startDovecot({ users: USERS, certificate: { expired: true } });
  const at = servers({ port: expired.ports.imaps });
  const diagnosis = await diagnose(at, good, config({ tlsCaFile: expired.tls.caFile }));
  await expired.stop();
  expect(failed(diagnosis)).toMatchObject({ step: 'tls', params: { reason: 'expired' } });
  expect(Date.parse(String(failed(diagnosis)?.params?.validTo))).toBeLessThan(Date.now());
});

test('S14 a stripped STARTTLS: nothing is sent in clear', async () => {
  const proxy = await startProxy({
    upstreamPort: dovecot.ports.imap,
    fromServer: (line) => line.replace(/ STARTTLS/g, ''),
  });
  const diagnosis = await diagnose(servers({ port: proxy.port, security: 'starttls' }), good, config());
  expect(proxy.sent().join('\n')).not.toMatch(/LOGIN|AUTHENTICATE|secret/i);
  await proxy.stop();
  expect(failed(diagnosis)).toMatchObject({ step: 'tls', code: 'tlsRequired' });
});

test('S15 STARTTLS with an unknown authority tells about the certificate too', async () => {
  const diagnosis = await diagnose(
    servers({ port: dovecot.ports.imap, security: 'starttls' }),
    good,
    config({ tlsCaFile: null }),
  );
  expect(failed(diagnosis)).toMatchObject({ step: 'tls', params: { reason: 'untrusted' } });
  expect(failed(diagnosis)?.params?.names).toContain('localhost');
});

test('a server of another kind is said to make no sense, at "tls" or when it should greet', async () => {
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const diagnosis = await diagnose(servers({ port }), good, config());
  web.close();
  expect(['tls', 'greet']).toContain(failed(diagnosis)?.step);
});

describe('S15 a pinned certificate', () => {
  const print = async (server = dovecot) =>
    new X509Certificate(await readFile(server.tls.certFile)).fingerprint256.replaceAll(':', '').toLowerCase();
  const unknownAuthority = (tlsPins: Map<string, string>) => config({ tlsCaFile: null, tlsPins });

  test.each<[string, Change]>([
    ['TLS', {}],
    ['STARTTLS of IMAP', { security: 'starttls' }],
    ['STLS of POP3', { kind: 'pop3', security: 'starttls' }],
  ])('is accepted for its host over %s', async (_name, { kind = 'imap', security = 'tls' }) => {
    const port = security === 'starttls' ? dovecot.ports[kind] : dovecot.ports.imaps;
    const diagnosis = await diagnose(
      servers({ kind, security, port }),
      good,
      unknownAuthority(new Map([['localhost', await print()]])),
    );
    expect(diagnosis.error).toBeNull();
  });

  test('is accepted for nobody else', async () => {
    const diagnosis = await diagnose(
      servers(),
      good,
      unknownAuthority(new Map([['imap.example.org', await print()]])),
    );
    expect(failed(diagnosis)).toMatchObject({ code: 'tlsFailed' });
  });

  test('lets no other certificate pass', async () => {
    const diagnosis = await diagnose(
      servers(),
      good,
      unknownAuthority(new Map([['localhost', 'ab'.repeat(32)]])),
    );
    expect(failed(diagnosis)).toMatchObject({ code: 'tlsFailed' });
  });

  test('that changes between two connections is noticed', async () => {
    const [own, other] = await Promise.all([startDovecot({ users: USERS }), startDovecot()]);
    const pinned = unknownAuthority(new Map([['localhost', await print(own)]]));
    const at = servers({ port: own.ports.imaps });
    expect((await diagnoseIncoming(at, good, pinned)).error).toBeNull();
    await Promise.all([
      copyFile(other.tls.certFile, own.tls.certFile),
      copyFile(other.tls.keyFile, own.tls.keyFile),
    ]);
    await own.restart();
    expect(failed(await diagnoseIncoming(at, good, pinned))).toMatchObject({ code: 'tlsFailed' });
    await Promise.all([own.stop(), other.stop()]);
  });
});
